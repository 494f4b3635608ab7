package io.millrace.jobs.alerts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * A pipeline's alerts as Alertmanager's API v2 takes them.
 *
 * <p>An alert there is what its labels say, and the severity is one of them: so an incident that
 * escalates ends as a warning and goes on as critical. It is active until it is told to have ended,
 * whatever Alertmanager's {@code resolve_timeout}.
 */
final class AlertmanagerAlerts {
    private static final List<String> SEVERITIES = List.of("warning", "critical");

    /**
     * What the window was compared with, where it was not the reference of all rows, and the drift
     * that labels confirm.
     */
    private static final List<String> WHERE_GIVEN =
            List.of("reference_segment", "reference_from", "reference_to", "confirms");

    private static final int CONTRIBUTORS = 3;

    private static final List<String> ENDED = List.of("RESOLVED", "WITHDRAWN");

    /** Longer than anybody leaves an incident alone. */
    private static final Duration ACTIVE = Duration.ofDays(90);

    private final String pipeline;

    AlertmanagerAlerts(String pipeline) {
        this.pipeline = pipeline;
    }

    /**
     * What is told of an alert.
     *
     * @param alert a record of the topic of alerts
     * @param now the time of whoever is told
     */
    ArrayNode of(JsonNode alert, Instant now) {
        var all = JsonNodeFactory.instance.arrayNode();
        String current = alert.path("severity").asText().toLowerCase(Locale.ROOT);
        boolean isResolved = ENDED.contains(alert.path("state").asText());
        for (String severity : SEVERITIES) {
            boolean isActive = !isResolved && severity.equals(current);
            ObjectNode one = all.addObject();
            labels(one.putObject("labels"), alert, severity);
            ObjectNode annotations = one.putObject("annotations");
            annotations.put("summary", alert.path("summary").asText());
            annotations.put("culprits", culprits(alert));
            annotations.put("window_end", alert.path("window_end").asText());
            annotations.put("rows", alert.path("rows").asText());
            annotations.put("reference_version", alert.path("reference_version").asText());
            WHERE_GIVEN.stream()
                    .filter(field -> !alert.path(field).asText().isEmpty())
                    .forEach(field -> annotations.put(field, alert.path(field).asText()));
            // Event times may be of last year's replay: what counts is when people are told.
            one.put("startsAt", now.toString());
            one.put("endsAt", (isActive ? now.plus(ACTIVE) : now).toString());
        }
        return all;
    }

    private void labels(ObjectNode labels, JsonNode alert, String severity) {
        labels.put("alertname", "MillraceIncident");
        labels.put("pipeline", pipeline);
        labels.put("incident", alert.path("incident").asText());
        labels.put("source", alert.path("source").asText().toLowerCase(Locale.ROOT));
        labels.put("model", alert.path("model_name").asText());
        labels.put("version", alert.path("model_version").asText());
        if (!alert.path("segment").asText().isEmpty()) {
            labels.put("segment", alert.path("segment").asText());
        }
        labels.put("severity", severity);
    }

    private static String culprits(JsonNode alert) {
        return StreamSupport.stream(alert.path("culprits").spliterator(), false)
                .map(
                        culprit ->
                                "%s (%s %s, at most %s%s)"
                                        .formatted(
                                                culprit.path("name").asText(),
                                                culprit.path("measure").asText(),
                                                culprit.path("value").asText(),
                                                culprit.path("limit").asText(),
                                                contributors(culprit)))
                .collect(Collectors.joining(", "));
    }

    /** The features that reconstruction errors are made of, where it is about those. */
    private static String contributors(JsonNode culprit) {
        List<String> names =
                StreamSupport.stream(culprit.path("contributors").spliterator(), false)
                        .limit(CONTRIBUTORS)
                        .map(one -> one.path("name").asText())
                        .toList();
        return names.isEmpty() ? "" : "; above all by " + String.join(", ", names);
    }
}
