package io.millrace.spec;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A single value: text, a number, a duration, one of a few words.
 *
 * @param title its name in the reference table
 * @param mustBe the end of the sentence "it must be"
 * @param tags the YAML types that it may have
 * @param parser the value of a text, or null where it has none
 * @param words the words to choose from, empty where there is no such choice
 * @param schema the JSON Schema of its values
 */
record ScalarShape(
        String title,
        String mustBe,
        Set<Tag> tags,
        Function<String, @Nullable Object> parser,
        List<String> words,
        Map<String, Object> schema)
        implements Shape {

    private static final Set<Tag> TEXT = Set.of(Tag.STR);

    /** A name in the file's own words. */
    static final String NAME_PATTERN = "^[A-Za-z_][A-Za-z0-9_.-]{0,199}$";

    /** What Kafka allows as a topic's name. */
    static final String TOPIC_PATTERN = "^(?!\\.{1,2}$)[A-Za-z0-9._-]{1,249}$";

    /** Any text that is not blank. */
    static ScalarShape text(String title, String mustBe) {
        return new ScalarShape(
                title,
                mustBe,
                TEXT,
                text -> text.isBlank() ? null : text,
                List.of(),
                Shape.ordered("type", "string", "minLength", 1));
    }

    /** Text that matches a pattern. */
    static ScalarShape pattern(String title, String pattern, String mustBe) {
        var compiled = Pattern.compile(pattern);
        return new ScalarShape(
                title,
                mustBe,
                TEXT,
                text -> compiled.matcher(text).find() ? text : null,
                List.of(),
                orVariable(Shape.ordered("type", "string", "pattern", pattern)));
    }

    static ScalarShape memory() {
        return new ScalarShape(
                "size",
                MemoryText.EXAMPLES,
                TEXT,
                MemoryText::parse,
                List.of(),
                orVariable(Shape.ordered("type", "string", "pattern", MemoryText.PATTERN)));
    }

    /** Any scalar, as its text: for options that others define. */
    static ScalarShape option() {
        return new ScalarShape(
                "text",
                "text, a number or a boolean",
                Set.of(Tag.STR, Tag.INT, Tag.FLOAT, Tag.BOOL),
                text -> text,
                List.of(),
                Map.of("type", List.of("string", "number", "boolean")));
    }

    /** A name of the pipeline's own: of a feature, a decision. */
    static ScalarShape name() {
        return pattern("name", NAME_PATTERN, "a name of letters, digits, _, . and -");
    }

    static ScalarShape topic() {
        return pattern(
                "topic",
                TOPIC_PATTERN,
                "a Kafka topic: 1 to 249 letters, digits, full stops, _ and -");
    }

    /** A duration of at least a millisecond. */
    static ScalarShape duration() {
        return duration(DurationText.EXAMPLES + ", and longer than 0", false);
    }

    /** A duration that may be 0. */
    static ScalarShape durationOrZero() {
        return duration(DurationText.EXAMPLES, true);
    }

    private static ScalarShape duration(String mustBe, boolean zero) {
        return new ScalarShape(
                "duration",
                mustBe,
                TEXT,
                text -> {
                    var duration = DurationText.parse(text);
                    if (duration == null || duration.isNegative()) {
                        return null;
                    }
                    return duration.toMillis() == 0 && !zero ? null : duration;
                },
                List.of(),
                orVariable(Shape.ordered("type", "string", "pattern", DurationText.PATTERN)));
    }

    /** A point in time. */
    static ScalarShape instant() {
        return new ScalarShape(
                "time",
                "a time in UTC, such as 2018-04-01T00:00:00Z",
                TEXT,
                text -> {
                    try {
                        return Instant.parse(text);
                    } catch (DateTimeParseException e) {
                        return null;
                    }
                },
                List.of(),
                orVariable(Shape.ordered("type", "string", "format", "date-time")));
    }

    static ScalarShape wholeNumber(int from, int to) {
        return new ScalarShape(
                "whole number",
                "a whole number from %d to %d".formatted(from, to),
                Set.of(Tag.INT),
                text -> {
                    try {
                        int number = Integer.parseInt(text);
                        return from <= number && number <= to ? number : null;
                    } catch (NumberFormatException e) {
                        return null;
                    }
                },
                List.of(),
                orVariable(Shape.ordered("type", "integer", "minimum", from, "maximum", to)));
    }

    /** A finite number. */
    static ScalarShape number() {
        return new ScalarShape(
                "number",
                "a finite number",
                Set.of(Tag.INT, Tag.FLOAT),
                text -> {
                    try {
                        double number = Double.parseDouble(text);
                        return Double.isFinite(number) ? number : null;
                    } catch (NumberFormatException e) {
                        return null;
                    }
                },
                List.of(),
                orVariable(Map.of("type", "number")));
    }

    static ScalarShape flag() {
        return new ScalarShape(
                "boolean",
                "true or false",
                Set.of(Tag.BOOL),
                text -> Boolean.valueOf(text.toLowerCase(Locale.ROOT)),
                List.of(),
                orVariable(Map.of("type", "boolean")));
    }

    /** One of an enum's constants, written {@code in-lower-case}. */
    static <E extends Enum<E>> ScalarShape choice(Class<E> type) {
        E[] constants = type.getEnumConstants();
        List<String> words = Stream.of(constants).map(ScalarShape::word).toList();
        return new ScalarShape(
                String.join(" \\| ", words),
                "one of " + String.join(", ", words),
                TEXT,
                text -> words.contains(text) ? constants[words.indexOf(text)] : null,
                words,
                orVariable(Map.of("enum", words)));
    }

    /** An enum's constant as the file writes it. */
    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public @Nullable Object read(Node node, String path, Reading reading) {
        if (!(node instanceof ScalarNode scalar)) {
            reading.mismatch(node, path, mustBe);
            return null;
        }
        Reading.Scalar filled = reading.scalar(scalar, path);
        if (filled == null) {
            return null;
        }
        Object value = tags.contains(filled.tag()) ? parser.apply(filled.text()) : null;
        if (value == null) {
            boolean quotable =
                    tags.equals(TEXT)
                            && !filled.tag().equals(Tag.NULL)
                            && scalar.isPlain()
                            && parser.apply(filled.text()) != null;
            reading.mismatch(
                    node,
                    path,
                    mustBe
                            + (quotable ? "; put it in quotes" : "")
                            + Suggestion.phrase(filled.text(), words));
        }
        return value;
    }

    /** Editors see the variable, not its value. */
    private static Map<String, Object> orVariable(Map<String, Object> schema) {
        return Map.of("anyOf", List.of(schema, Map.of("$ref", "#/$defs/variable")));
    }
}
