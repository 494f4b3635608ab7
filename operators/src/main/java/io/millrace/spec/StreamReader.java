package io.millrace.spec;

import io.millrace.spec.InvalidExpressionException.Mistake;
import io.millrace.spec.RowExpression.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes and checks what events and labels have in common. */
final class StreamReader {

    private final Section stream;
    private final Columns columns;
    private final Reading reading;

    StreamReader(Section stream, Columns columns, Reading reading) {
        this.stream = stream;
        this.columns = columns;
        this.reading = reading;
    }

    StreamSpec read() {
        Located<String> id = stream.locate("id", String.class);
        if (id != null) {
            columns.checkKey(id, "an id", reading);
        }
        Located<String> eventTime = stream.locate("event-time", String.class);
        if (eventTime != null) {
            columns.checkTime(eventTime, reading);
        }
        return new StreamSpec(
                stream.text("topic"),
                format(),
                PipelineReader.options(stream, "format-options"),
                columns.columns(),
                stream.text("id"),
                stream.text("event-time"),
                stream.duration("out-of-orderness"),
                stream.duration("idleness"),
                stream.duration("max-ahead"),
                expectations());
    }

    private String format() {
        Located<String> format = stream.locate("format", String.class);
        if (format == null) {
            return "";
        }
        Map<String, Set<String>> known = Formats.onClassPath();
        Set<String> options = known.get(format.value());
        if (options == null) {
            reading.problem(
                    format,
                    "is %s; it must be a format on the class path: %s%s"
                            .formatted(
                                    format.value(),
                                    String.join(", ", known.keySet()),
                                    Suggestion.phrase(format.value(), known.keySet())));
        } else {
            checkOptions(format.value(), options);
        }
        return format.value();
    }

    private void checkOptions(String format, Set<String> known) {
        stream.get("format-options", MapShape.Entries.class, MapShape.Entries.NONE)
                .byName()
                .forEach(
                        (name, value) -> {
                            boolean prefixed =
                                    known.stream().anyMatch(key -> name.startsWith(key + "."));
                            if (!known.contains(name) && !prefixed) {
                                reading.problem(
                                        reading.location(value.path()),
                                        value.path(),
                                        "is not an option of %s; it must be one of %s%s"
                                                .formatted(
                                                        format,
                                                        String.join(", ", known),
                                                        Suggestion.phrase(name, known)));
                            }
                        });
    }

    private List<ExpectationSpec> expectations() {
        List<ExpectationSpec> expectations = new ArrayList<>();
        Set<String> names = new HashSet<>();
        ListShape.Items items =
                stream.get("expectations", ListShape.Items.class, new ListShape.Items(List.of()));
        for (Located<Object> item : items.items()) {
            ExpectationSpec expectation = expectation(item);
            if (expectation != null && !names.add(expectation.name())) {
                reading.problem(
                        item,
                        "is called %s, as another one is; it must have a name of its own"
                                .formatted(expectation.name()));
            } else if (expectation != null) {
                expectations.add(expectation);
            }
        }
        return List.copyOf(expectations);
    }

    private @Nullable ExpectationSpec expectation(Located<Object> item) {
        if (item.value() instanceof String text) {
            checkCondition(
                    new Located<>(text, item.path(), item.at(), item.verbatim()), columns, reading);
            return new ExpectationSpec(text, text);
        }
        Section named = (Section) item.value();
        Located<String> condition = named.locate("check", String.class);
        if (condition == null) {
            return null;
        }
        checkCondition(condition, columns, reading);
        return new ExpectationSpec(named.text("name"), condition.value());
    }

    /** Reports an expression that is no condition. */
    static void checkCondition(Located<String> condition, Columns columns, Reading reading) {
        Kind kind = kind(condition, columns, reading);
        if (kind == Kind.NUMBER) {
            reading.problem(
                    condition,
                    "is `%s`, a number; it must be a condition, such as amount > 0"
                            .formatted(condition.value()));
        }
    }

    /** What an expression gives, or null after having reported its mistakes. */
    static @Nullable Kind kind(Located<String> expression, Columns columns, Reading reading) {
        if (!columns.isComplete()) {
            return null;
        }
        try {
            return columns.kindOf(expression.value());
        } catch (InvalidExpressionException e) {
            for (Mistake mistake : e.mistakes()) {
                Location at = expression.at();
                boolean placed = expression.verbatim() && mistake.line() == 1;
                reading.problem(
                        placed ? new Location(at.line(), at.column() + mistake.column() - 1) : at,
                        expression.path(),
                        "is `%s`: %s".formatted(expression.value(), mistake.message()));
            }
            return null;
        }
    }
}
