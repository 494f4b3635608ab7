package io.millrace.sink;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.record.ModelDecision;
import io.millrace.record.ModelDecision.Action;
import io.millrace.record.ModelDecision.Evidence;
import io.millrace.record.ModelDecision.Finding;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decisions as JSON, their times as ISO-8601 in UTC, NaN as null. */
final class ModelDecisionJson {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ModelDecisionJson() {}

    static byte[] encode(ModelDecision decision) {
        Long from = decision.fromMillis();
        Evidence evidence = decision.evidence();
        ObjectNode json =
                JSON.createObjectNode()
                        .put("decided", time(decision.decidedMillis()))
                        .put("action", decision.action().name())
                        .put("actor", decision.actor())
                        .put("reason", decision.reason())
                        .put("dry_run", decision.isDryRun())
                        .put("subject", decision.subject())
                        .put("model_name", decision.model())
                        .put("model_version", decision.version())
                        .put("model_digest", decision.digest())
                        .put("share", decision.share())
                        .put("answered_version", decision.answeredVersion())
                        .put("from", from == null ? null : time(from));
        if (evidence == null) {
            json.putNull("evidence");
        } else {
            put(json.putObject("evidence"), evidence);
        }
        try {
            return JSON.writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new AssertionError("an object of texts is JSON", e);
        }
    }

    private static void put(ObjectNode json, Evidence evidence) {
        json.put("window_start", time(evidence.windowStartMillis()))
                .put("window_end", time(evidence.windowEndMillis()))
                .put("windows", evidence.windows())
                .put("labelled", evidence.labelled());
        var findings = json.putArray("findings");
        for (Finding finding : evidence.findings()) {
            ObjectNode one = findings.addObject().put("measure", finding.measure());
            number(one, "value", finding.value());
            number(one, "answered", finding.answered());
            number(one, "limit", finding.limit());
            one.put("count", finding.count());
            number(one, "p", finding.p());
            number(one, "alpha", finding.alpha());
        }
        var incidents = json.putArray("incidents");
        evidence.incidents().forEach(incidents::add);
    }

    private static void number(ObjectNode json, String name, double value) {
        json.put(name, Double.isFinite(value) ? value : null);
    }

    private static String time(long epochMillis) {
        return Instant.ofEpochMilli(epochMillis).toString();
    }

    /** Null where the bytes are no decision. */
    static @Nullable ModelDecision decode(byte[] bytes) {
        try {
            JsonNode json = JSON.readTree(bytes);
            JsonNode from = json.path("from");
            JsonNode evidence = json.path("evidence");
            return new ModelDecision(
                    Action.valueOf(json.path("action").asText()),
                    json.path("actor").asText(),
                    json.path("reason").asText(),
                    json.path("dry_run").asBoolean(),
                    json.path("subject").asText(),
                    json.path("model_name").asText(),
                    json.path("model_version").asText(),
                    json.path("model_digest").asText(),
                    json.path("share").asDouble(),
                    json.path("answered_version").asText(),
                    millis(json.path("decided")),
                    from.isTextual() ? Long.valueOf(millis(from)) : null,
                    evidence.isObject() ? evidence(evidence) : null);
        } catch (IOException
                | DateTimeException
                | ArithmeticException
                | IllegalArgumentException e) {
            return null;
        }
    }

    private static Evidence evidence(JsonNode json) {
        List<Finding> findings = new ArrayList<>();
        for (JsonNode finding : json.path("findings")) {
            findings.add(
                    new Finding(
                            finding.path("measure").asText(),
                            number(finding.path("value")),
                            number(finding.path("answered")),
                            number(finding.path("limit")),
                            finding.path("count").asLong(),
                            number(finding.path("p")),
                            number(finding.path("alpha"))));
        }
        List<String> incidents = new ArrayList<>();
        json.path("incidents").forEach(incident -> incidents.add(incident.asText()));
        return new Evidence(
                millis(json.path("window_start")),
                millis(json.path("window_end")),
                json.path("windows").asInt(),
                json.path("labelled").asLong(),
                findings,
                incidents);
    }

    private static double number(JsonNode json) {
        return json.asDouble(Double.NaN);
    }

    private static long millis(JsonNode json) {
        return Instant.parse(json.asText()).toEpochMilli();
    }
}
