package io.millrace.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import io.millrace.record.Score;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The fields that say which model has answered, and as what. They are most often what they were in
 * the record before: encoded once per change, all together.
 */
final class RepeatedModel {
    private final JsonBuffer json;
    private @Nullable String name;
    private @Nullable String version;
    private @Nullable String digest;
    private Score.@Nullable Route route;
    private @Nullable SerializableString encoded;

    RepeatedModel() throws IOException {
        json = new JsonBuffer();
    }

    /** As {@link JsonBuffer#further} takes them. */
    SerializableString of(Score score) throws IOException {
        SerializableString known = encoded;
        if (known == null || !isOf(score)) {
            name = score.modelName();
            version = score.modelVersion();
            digest = score.modelDigest();
            route = score.route();
            known = encode(score);
            encoded = known;
        }
        return known;
    }

    private boolean isOf(Score score) {
        return score.route() == route
                && score.modelDigest().equals(digest)
                && score.modelVersion().equals(version)
                && score.modelName().equals(name);
    }

    private SerializableString encode(Score score) throws IOException {
        json.begin();
        json.text(Field.MODEL_NAME, score.modelName());
        json.text(Field.MODEL_VERSION, score.modelVersion());
        json.text(Field.MODEL_DIGEST, score.modelDigest());
        json.text(Field.ROUTE, score.route().name());
        byte[] object = json.end();
        return new SerializedString("," + new String(object, 1, object.length - 2, UTF_8));
    }
}
