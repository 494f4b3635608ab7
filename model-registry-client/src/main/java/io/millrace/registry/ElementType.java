package io.millrace.registry;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What the elements of a tensor are. */
public enum ElementType {
    FLOAT32,
    FLOAT64,
    INT32,
    INT64,
    BOOL,
    STRING;

    /** The name in a metadata file: {@code float32}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static ElementType of(String text) {
        for (var type : values()) {
            if (type.text().equals(text)) {
                return type;
            }
        }
        throw new IllegalArgumentException(
                "type is %s; it must be one of %s"
                        .formatted(
                                text,
                                Arrays.stream(values())
                                        .map(ElementType::text)
                                        .collect(Collectors.joining(", "))));
    }
}
