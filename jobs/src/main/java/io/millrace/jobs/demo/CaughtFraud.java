package io.millrace.jobs.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.jobs.simulator.Scenario;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** A fraud that the pipeline decided to have looked at, told to a person. */
record CaughtFraud(Scenario scenario, String story, String truth) {
    private static final DateTimeFormatter WHEN =
            DateTimeFormatter.ofPattern("EEE d MMM HH:mm", Locale.ENGLISH).withZone(ZoneOffset.UTC);

    // Below this, an amount is nothing that anyone would call unusual.
    private static final double UNUSUAL = 1.5;

    /**
     * Tells a score record with its features.
     *
     * @param score as the topic holds it
     * @param terminal where the transaction was made
     * @param scenario what the simulation knows of it
     */
    static CaughtFraud of(JsonNode score, int terminal, Scenario scenario) {
        JsonNode features = score.path("features");
        double amount = features.path("TX_AMOUNT").asDouble();
        double average = features.path("CUSTOMER_ID_AVG_AMOUNT_30DAY_WINDOW").asDouble();
        double risk = features.path("TERMINAL_ID_RISK_7DAY_WINDOW").asDouble();
        long labels = features.path("TERMINAL_ID_NB_TX_7DAY_WINDOW").asLong();
        var story = new StringBuilder();
        story.append(
                String.format(
                        Locale.ROOT,
                        "%s  card %s at terminal %d: € %,.2f",
                        WHEN.format(Instant.parse(score.path("event_time").asText())),
                        score.path("entity").asText(),
                        terminal,
                        amount));
        if (average > 0 && amount / average >= UNUSUAL) {
            story.append(
                    String.format(Locale.ROOT, ", %.1f × its 30-day average", amount / average));
        }
        if (risk > 0) {
            story.append(
                    String.format(
                            Locale.ROOT,
                            "; %.0f of the terminal's %d labels of 7 days are frauds",
                            risk * labels,
                            labels));
        }
        story.append(
                String.format(
                        Locale.ROOT,
                        " → %.2f %s",
                        score.path("score").asDouble(),
                        score.path("decision").asText()));
        return new CaughtFraud(scenario, story.toString(), "truth: fraud, " + reason(scenario));
    }

    private static String reason(Scenario scenario) {
        return switch (scenario) {
            case GENUINE -> "none";
            case AMOUNT_OVER_LIMIT -> "the amount is over the limit";
            case TERMINAL_COMPROMISED -> "the terminal is compromised";
            case CUSTOMER_COMPROMISED -> "the card is in other hands";
        };
    }
}
