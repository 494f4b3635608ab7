package io.millrace.spec;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeFamily;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;
import org.apache.flink.table.types.logical.utils.LogicalTypeParser;
import org.jspecify.annotations.Nullable;

/** The declared columns of one stream, and what may be asked of them. */
final class Columns {

    private static final Set<LogicalTypeRoot> UNSUPPORTED =
            Set.of(
                    LogicalTypeRoot.INTERVAL_DAY_TIME,
                    LogicalTypeRoot.INTERVAL_YEAR_MONTH,
                    LogicalTypeRoot.TIMESTAMP_WITH_TIME_ZONE,
                    LogicalTypeRoot.MULTISET,
                    LogicalTypeRoot.STRUCTURED_TYPE,
                    LogicalTypeRoot.DISTINCT_TYPE,
                    LogicalTypeRoot.RAW,
                    LogicalTypeRoot.NULL,
                    LogicalTypeRoot.SYMBOL,
                    LogicalTypeRoot.UNRESOLVED,
                    LogicalTypeRoot.DESCRIPTOR);

    /** A sum is kept in a long; a longer decimal need not fit. */
    private static final int MOST_DIGITS = 18;

    private static final Pattern LONE_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    /** Types whose values are told apart by 64 bits. */
    private static final Set<LogicalTypeRoot> SCALARS =
            Set.of(
                    LogicalTypeRoot.BOOLEAN,
                    LogicalTypeRoot.TINYINT,
                    LogicalTypeRoot.SMALLINT,
                    LogicalTypeRoot.INTEGER,
                    LogicalTypeRoot.BIGINT,
                    LogicalTypeRoot.FLOAT,
                    LogicalTypeRoot.DOUBLE,
                    LogicalTypeRoot.DECIMAL,
                    LogicalTypeRoot.CHAR,
                    LogicalTypeRoot.VARCHAR,
                    LogicalTypeRoot.DATE,
                    LogicalTypeRoot.TIMESTAMP_WITHOUT_TIME_ZONE,
                    LogicalTypeRoot.TIMESTAMP_WITH_LOCAL_TIME_ZONE);

    private static final List<String> TYPE_NAMES =
            List.of(
                    "BOOLEAN",
                    "TINYINT",
                    "SMALLINT",
                    "INT",
                    "BIGINT",
                    "FLOAT",
                    "DOUBLE",
                    "DECIMAL",
                    "STRING",
                    "BYTES",
                    "DATE",
                    "TIMESTAMP",
                    "TIMESTAMP_LTZ");

    private final List<ColumnSpec> columns;
    private final boolean complete;
    private final ExpressionLanguage language;

    private Columns(List<ColumnSpec> columns, boolean complete) {
        this.columns = List.copyOf(columns);
        this.complete = complete;
        this.language = ExpressionLanguage.over(this.columns);
    }

    static Columns read(Section stream, Reading reading) {
        MapShape.Entries entries =
                stream.get("columns", MapShape.Entries.class, MapShape.Entries.NONE);
        List<ColumnSpec> columns = new ArrayList<>();
        boolean complete = stream.has("columns") && !reading.hasProblemUnder(path(stream));
        for (Map.Entry<String, Located<String>> entry : entries.byName().entrySet()) {
            LogicalType type = type(entry.getValue(), reading);
            if (type == null) {
                complete = false;
            } else {
                columns.add(new ColumnSpec(entry.getKey(), type));
            }
        }
        return new Columns(columns, complete);
    }

    private static String path(Section stream) {
        return SectionShape.child(stream.path(), "columns");
    }

    private static @Nullable LogicalType type(Located<String> text, Reading reading) {
        LogicalType type;
        try {
            type = LogicalTypeParser.parse(text.value(), Columns.class.getClassLoader());
        } catch (ValidationException e) {
            reading.problem(text, notAType(text.value()));
            return null;
        }
        if (type.is(LogicalTypeRoot.UNRESOLVED)) {
            reading.problem(text, notAType(text.value()));
            return null;
        }
        if (UNSUPPORTED.contains(type.getTypeRoot())) {
            reading.problem(
                    text,
                    "is %s, which no format reads; it must be one of %s"
                            .formatted(text.value(), String.join(", ", TYPE_NAMES)));
            return null;
        }
        return type;
    }

    private static String notAType(String text) {
        String word = text.strip().split("[^A-Za-z_]", 2)[0].toUpperCase(Locale.ROOT);
        return "is `%s`; it must be an SQL type such as BIGINT NOT NULL or DECIMAL(10, 2)%s"
                .formatted(
                        text, TYPE_NAMES.contains(word) ? "" : Suggestion.phrase(word, TYPE_NAMES));
    }

    List<ColumnSpec> columns() {
        return columns;
    }

    /**
     * What an expression over these columns gives.
     *
     * @throws InvalidExpressionException with every mistake
     */
    RowExpression.Kind kindOf(String expression) {
        return RowExpression.compile(expression, columns, language).kind();
    }

    /** Whether an expression over these columns has no mistake. */
    boolean accepts(String expression) {
        try {
            kindOf(expression);
            return true;
        } catch (InvalidExpressionException e) {
            return false;
        }
    }

    /** These columns, and as many numbers more; a column keeps its name to itself. */
    Columns with(List<String> numbers) {
        return new Columns(RowExpression.columnsAnd(numbers, columns), complete);
    }

    /** The columns that an expression without mistakes reads. */
    List<String> namesIn(String expression) {
        return RowExpression.compile(expression, columns, language).reads();
    }

    /** Whether every column could be read: otherwise what is missing may be one of the others. */
    boolean isComplete() {
        return complete;
    }

    /** The column's type, or null where there is no such column. */
    @Nullable LogicalType typeOf(String name) {
        for (ColumnSpec column : columns) {
            if (column.name().equals(name)) {
                return column.type();
            }
        }
        return null;
    }

    /** The column's type, or null after having reported that there is no such column. */
    private @Nullable LogicalType find(Located<String> name, Reading reading) {
        LogicalType type = typeOf(name.value());
        if (type == null && complete) {
            List<String> names = columns.stream().map(ColumnSpec::name).toList();
            reading.problem(
                    name,
                    "is %s; it must be a declared column: %s%s"
                            .formatted(
                                    name.value(),
                                    String.join(", ", names),
                                    Suggestion.phrase(name.value(), names)));
        }
        return type;
    }

    /** Reports a column that cannot tell one thing from another. */
    void checkKey(Located<String> name, String role, Reading reading) {
        LogicalType type = find(name, reading);
        if (type == null) {
            return;
        }
        boolean key =
                type.is(LogicalTypeFamily.INTEGER_NUMERIC)
                        || type.is(LogicalTypeFamily.CHARACTER_STRING);
        if (!key) {
            mismatch(name, type, "%s must be a whole number or a string".formatted(role), reading);
        } else if (type.isNullable()) {
            mismatch(name, type, "%s must be NOT NULL".formatted(role), reading);
        }
    }

    /** Reports a column that holds no time, or may hold none. */
    void checkTime(Located<String> name, Reading reading) {
        LogicalType type = find(name, reading);
        if (type == null) {
            return;
        }
        boolean time =
                type.is(LogicalTypeRoot.TIMESTAMP_WITH_LOCAL_TIME_ZONE)
                        || type.is(LogicalTypeRoot.TIMESTAMP_WITHOUT_TIME_ZONE)
                        || type.is(LogicalTypeRoot.BIGINT);
        if (!time) {
            mismatch(
                    name,
                    type,
                    "an event time must be TIMESTAMP_LTZ, TIMESTAMP or BIGINT (epoch milliseconds)",
                    reading);
        } else if (type.isNullable()) {
            mismatch(name, type, "an event time must be NOT NULL", reading);
        }
    }

    /**
     * Whether a text stands for a column rather than for an expression: it is the name of one, or
     * is misspelt.
     */
    boolean isNamedBy(String text) {
        String name = text.strip();
        return typeOf(name) != null || LONE_NAME.matcher(name).matches();
    }

    /** Reports a column whose values cannot be told apart. */
    void checkScalar(Located<String> name, String role, Reading reading) {
        LogicalType type = find(name, reading);
        if (type != null && !SCALARS.contains(type.getTypeRoot())) {
            mismatch(
                    name,
                    type,
                    role + " must be a number, text, BOOLEAN, a date or a timestamp",
                    reading);
        } else if (type != null && type.is(LogicalTypeRoot.DECIMAL)) {
            checkNumeric(name, role, reading);
        }
    }

    /** Reports a column whose elements are no numbers. */
    void checkElements(Located<String> name, Reading reading) {
        LogicalType type = find(name, reading);
        if (type == null || type.is(LogicalTypeFamily.BINARY_STRING)) {
            return;
        }
        boolean numbers =
                type instanceof ArrayType array
                        && (array.getElementType().is(LogicalTypeFamily.INTEGER_NUMERIC)
                                || array.getElementType()
                                        .is(LogicalTypeFamily.APPROXIMATE_NUMERIC));
        if (!numbers) {
            mismatch(
                    name,
                    type,
                    "elements must be of an ARRAY of integers, FLOAT or DOUBLE, or of BYTES",
                    reading);
        }
    }

    /** Reports a column that has no sum. */
    void checkNumeric(Located<String> name, String role, Reading reading) {
        LogicalType type = find(name, reading);
        if (type == null) {
            return;
        }
        if (!type.is(LogicalTypeFamily.NUMERIC) && !type.is(LogicalTypeRoot.BOOLEAN)) {
            mismatch(name, type, role + " must be a number or BOOLEAN", reading);
        } else if (type.is(LogicalTypeRoot.DECIMAL)
                && LogicalTypeChecks.getPrecision(type) > MOST_DIGITS) {
            mismatch(
                    name,
                    type,
                    "%s must be a DECIMAL of at most %d digits".formatted(role, MOST_DIGITS),
                    reading);
        }
    }

    private static void mismatch(
            Located<String> name, LogicalType type, String mustBe, Reading reading) {
        reading.problem(
                name, "is %s, %s; %s".formatted(name.value(), type.asSerializableString(), mustBe));
    }
}
