package io.millrace.ingest;

import io.millrace.spec.ColumnSpec;
import io.millrace.spec.ExpectationSpec;
import io.millrace.spec.ExpressionException;
import io.millrace.spec.RowExpression;
import java.io.Serializable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.flink.table.data.RowData;
import org.jspecify.annotations.Nullable;

/** A condition that every row meets, and the columns that it speaks of. */
final class Expectation implements Serializable {
    private static final long serialVersionUID = 1L;

    private static final int MAX_SHOWN = 100;
    private static final String EVENT_TIME = "event_time";

    private final RowExpression condition;
    private final String meaning;
    private final boolean speaksOfEventTime;
    private final ArrayList<Mentioned> columns = new ArrayList<>();

    private record Mentioned(String name, int position, ColumnText text) implements Serializable {}

    private Expectation(ExpectationSpec spec, List<ColumnSpec> declared) {
        String expression = spec.expression();
        this.condition = RowExpression.compile(expression, declared);
        this.meaning =
                spec.name().equals(expression)
                        ? "it must meet `%s`".formatted(expression)
                        : "it must meet `%s` (%s)".formatted(expression, spec.name());
        this.speaksOfEventTime = speaksOf(expression, EVENT_TIME);
        for (int i = 0; i < declared.size(); i++) {
            ColumnSpec column = declared.get(i);
            if (speaksOf(expression, column.name())) {
                columns.add(new Mentioned(column.name(), i, ColumnText.of(column, i)));
            }
        }
    }

    static Expectation of(ExpectationSpec spec, List<ColumnSpec> declared) {
        return new Expectation(spec, declared);
    }

    private static boolean speaksOf(String expression, String name) {
        return Pattern.compile("(?<![\\w.])" + Pattern.quote(name) + "(?!\\w)")
                .matcher(expression)
                .find();
    }

    /** What the row is and what it must be, or null where it meets the condition. */
    @Nullable String unmet(RowData row, long eventTimeMillis) {
        try {
            return condition.holds(row, eventTimeMillis)
                    ? null
                    : "%s; %s".formatted(shown(row, eventTimeMillis), meaning);
        } catch (ExpressionException e) {
            return "%s, so that %s; %s"
                    .formatted(shown(row, eventTimeMillis), e.getMessage(), meaning);
        }
    }

    private String shown(RowData row, long eventTimeMillis) {
        List<String> shown = new ArrayList<>();
        for (Mentioned column : columns) {
            String value =
                    row.isNullAt(column.position()) ? "null" : shortened(column.text().read(row));
            shown.add(column.name() + " is " + value);
        }
        if (speaksOfEventTime) {
            shown.add(EVENT_TIME + " is " + Instant.ofEpochMilli(eventTimeMillis));
        }
        return String.join(" and ", shown);
    }

    private static String shortened(String text) {
        return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "…";
    }
}
