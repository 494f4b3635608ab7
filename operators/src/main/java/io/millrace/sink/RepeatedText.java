package io.millrace.sink;

import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import org.jspecify.annotations.Nullable;

/**
 * Text that is most often what it was in the record before, as a model's version is: escaped and
 * encoded once per change.
 */
final class RepeatedText {
    private @Nullable String text;
    private @Nullable SerializableString encoded;

    SerializableString of(String value) {
        SerializableString known = encoded;
        if (known == null || !value.equals(text)) {
            known = new SerializedString(JsonBuffer.wellFormed(value));
            encoded = known;
            text = value;
        }
        return known;
    }
}
