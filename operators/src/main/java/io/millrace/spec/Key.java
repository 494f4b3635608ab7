package io.millrace.spec;

import org.jspecify.annotations.Nullable;

/**
 * One key of the description. The parser, the JSON Schema and the reference table are all made from
 * these.
 *
 * @param name as the file spells it
 * @param shape what its value must be
 * @param required whether the file must have it
 * @param defaultText what holds where the file leaves it out, as the file would write it; null for
 *     nothing
 * @param description what it does, for people
 */
record Key(
        String name,
        Shape shape,
        boolean required,
        @Nullable String defaultText,
        String description) {

    static Key required(String name, Shape shape, String description) {
        return new Key(name, shape, true, null, description);
    }

    static Key optional(String name, Shape shape, String description) {
        return new Key(name, shape, false, null, description);
    }

    static Key defaulted(String name, Shape shape, String defaultText, String description) {
        return new Key(name, shape, false, defaultText, description);
    }
}
