package io.millrace.sink;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.record.Alert;
import io.millrace.record.Reference;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Alerts out of their topic, without their evidence. */
final class AlertJson {
    private static final ObjectMapper JSON = new ObjectMapper();

    private AlertJson() {}

    /** Null where the bytes are no alert. */
    static @Nullable Alert decode(byte[] bytes) {
        try {
            JsonNode json = JSON.readTree(bytes);
            return new Alert(
                    json.path("incident").asText(),
                    Alert.State.valueOf(json.path("state").asText()),
                    Alert.Severity.valueOf(json.path("severity").asText()),
                    Alert.Source.valueOf(json.path("source").asText()),
                    millis(json.path("window_start")),
                    millis(json.path("window_end")),
                    millis(json.path("since")),
                    json.path("model_name").asText(),
                    json.path("model_version").asText(),
                    json.path("segment").asText(),
                    json.path("rows").asLong(),
                    new Reference(
                            json.path("reference_version").asText(),
                            json.path("reference_segment").asText(),
                            json.has("reference_from") ? millis(json.path("reference_from")) : 0,
                            json.has("reference_to") ? millis(json.path("reference_to")) : 0),
                    json.path("summary").asText(),
                    List.of(),
                    json.path("revision").asInt(),
                    List.of(),
                    json.path("confirms").asText());
        } catch (IOException
                | DateTimeException
                | ArithmeticException
                | IllegalArgumentException e) {
            return null;
        }
    }

    private static long millis(JsonNode json) {
        return Instant.parse(json.asText()).toEpochMilli();
    }
}
