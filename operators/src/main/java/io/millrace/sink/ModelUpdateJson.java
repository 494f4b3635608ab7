package io.millrace.sink;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.record.ModelUpdate;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Announcements as JSON, their times as ISO-8601 in UTC. */
final class ModelUpdateJson {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ModelUpdateJson() {}

    static byte[] encode(ModelUpdate update) {
        var json =
                JSON.createObjectNode()
                        .put("model_name", update.model())
                        .put("model_version", update.version())
                        .put("model_digest", update.digest())
                        .put("role", update.role().name().toLowerCase(Locale.ROOT))
                        .put("share", update.share())
                        .put("from", Instant.ofEpochMilli(update.fromMillis()).toString())
                        .put("announced", Instant.ofEpochMilli(update.announcedMillis()).toString())
                        .put("reason", update.reason());
        try {
            return JSON.writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new AssertionError("an object of texts is JSON", e);
        }
    }

    /** Null where the bytes are no announcement. */
    static @Nullable ModelUpdate decode(byte[] bytes) {
        try {
            JsonNode json = JSON.readTree(bytes);
            String model = json.path("model_name").asText();
            String version = json.path("model_version").asText();
            String digest = json.path("model_digest").asText();
            // Announcements of before there were challengers say neither.
            String role = json.path("role").asText("champion");
            double share = json.path("share").asDouble(0);
            return model.isEmpty()
                            || version.isEmpty()
                            || digest.isEmpty()
                            || !(share >= 0 && share <= 1)
                    ? null
                    : new ModelUpdate(
                            model,
                            version,
                            digest,
                            ModelUpdate.Role.valueOf(role.toUpperCase(Locale.ROOT)),
                            share,
                            Instant.parse(json.path("from").asText()).toEpochMilli(),
                            Instant.parse(json.path("announced").asText()).toEpochMilli(),
                            json.path("reason").asText());
        } catch (IOException
                | DateTimeException
                | ArithmeticException
                | IllegalArgumentException e) {
            return null;
        }
    }
}
