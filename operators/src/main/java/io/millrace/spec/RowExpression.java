package io.millrace.spec;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelErrorCode;
import dev.cel.common.types.CelKind;
import dev.cel.common.types.CelType;
import dev.cel.common.types.NullableType;
import dev.cel.common.values.NullValue;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.Program;
import io.millrace.spec.InvalidExpressionException.Mistake;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.DoubleType;
import org.jspecify.annotations.Nullable;

/**
 * A typed, side-effect-free expression over the columns of a row, compiled once.
 *
 * <p>Columns appear by their names and {@code event_time} as a timestamp in UTC. Integers are CEL's
 * {@code int}; {@code FLOAT}, {@code DOUBLE} and {@code DECIMAL} are {@code double}, a decimal
 * rounded once; the two mix freely.
 *
 * <p>Null follows SQL: an operand that is null makes the value unknown, and {@code &&} and {@code
 * ||} know three values. A column that the expression compares with {@code null} is passed as it
 * is, so that {@code channel == null || channel == "web"} means what it says.
 *
 * <p>Not for concurrent use: every task has its own copy, which serialization makes.
 */
public final class RowExpression implements Serializable {
    private static final long serialVersionUID = 1L;

    private final String source;
    private final List<ColumnSpec> columns;
    private final Kind kind;
    private final transient @Nullable ColumnValue bareColumn;
    private final transient @Nullable Program program;
    private final transient @Nullable RowVariables variables;

    /** What an expression gives. */
    public enum Kind {
        NUMBER,
        /** A condition; as a number, 1 or 0. */
        BOOLEAN
    }

    private RowExpression(String source, List<ColumnSpec> columns, ColumnValue bareColumn) {
        this.source = source;
        this.columns = columns;
        this.kind = bareColumn.isBoolean() ? Kind.BOOLEAN : Kind.NUMBER;
        this.bareColumn = bareColumn;
        this.program = null;
        this.variables = null;
    }

    private RowExpression(
            String source,
            List<ColumnSpec> columns,
            Kind kind,
            Program program,
            RowVariables variables) {
        this.source = source;
        this.columns = columns;
        this.kind = kind;
        this.bareColumn = null;
        this.program = program;
        this.variables = variables;
    }

    /**
     * Compiles an expression over the declared columns.
     *
     * @throws InvalidExpressionException with every mistake and its place in {@code source}
     */
    public static RowExpression compile(String source, List<ColumnSpec> columns) {
        return compile(source, columns, ExpressionLanguage.over(columns));
    }

    /** As {@link #compile(String, List)}, for many expressions over the same columns. */
    static RowExpression compile(
            String source, List<ColumnSpec> columns, ExpressionLanguage language) {
        List<ColumnSpec> declared = List.copyOf(columns);
        for (ColumnValue value : language.columns()) {
            if (value.name().equals(source.strip()) && value.isNumeric()) {
                return new RowExpression(source, declared, value);
            }
        }
        CelAbstractSyntaxTree checked = language.check(source);
        Kind kind = kind(source, checked.getResultType());
        ConstantLists planned = ConstantLists.of(checked);
        RowVariables variables = RowVariables.of(source, planned, language.columns());
        return new RowExpression(
                source, declared, kind, ExpressionLanguage.plan(planned.ast()), variables);
    }

    /**
     * The columns of a row, and behind them numbers by names that no column has. They may be null.
     */
    public static List<ColumnSpec> columnsAnd(List<String> numbers, List<ColumnSpec> columns) {
        List<ColumnSpec> both = new ArrayList<>(columns);
        for (String number : numbers) {
            if (columns.stream().noneMatch(column -> column.name().equals(number))) {
                both.add(new ColumnSpec(number, new DoubleType()));
            }
        }
        return both;
    }

    private static Kind kind(String source, CelType type) {
        CelType bare = type instanceof NullableType nullable ? nullable.targetType() : type;
        if (bare.kind() == CelKind.BOOL) {
            return Kind.BOOLEAN;
        }
        if (bare.kind() == CelKind.INT
                || bare.kind() == CelKind.UINT
                || bare.kind() == CelKind.DOUBLE) {
            return Kind.NUMBER;
        }
        String is =
                bare.kind() == CelKind.DYN
                        ? "gives a value whose type is not known before it runs"
                        : "gives a " + bare.name().replace("google.protobuf.", "");
        throw new InvalidExpressionException(
                source,
                List.of(new Mistake(1, 1, "it " + is + "; it must give a number or a boolean")));
    }

    /** The names of the columns that it reads. */
    List<String> reads() {
        return bareColumn != null
                ? List.of(bareColumn.name())
                : variables == null ? List.of() : variables.names();
    }

    public String source() {
        return source;
    }

    public Kind kind() {
        return kind;
    }

    /**
     * The expression's value as a number: 1 or 0 for a condition, NaN where it is unknown because
     * an operand is null.
     *
     * @throws ExpressionException where it has none: a division by zero, an overflow, an infinity
     */
    public double number(RowData row, long eventTimeMillis) {
        if (bareColumn != null) {
            return finiteOrMissing(bareColumn.number(row));
        }
        Object value = evaluate(row, eventTimeMillis);
        if (value instanceof Number number) {
            return finiteOrMissing(number.doubleValue());
        }
        if (value instanceof Boolean condition) {
            return condition ? 1 : 0;
        }
        return Double.NaN;
    }

    /**
     * Whether the row meets the condition. As with SQL's {@code CHECK}, a condition that is unknown
     * because an operand is null is met.
     *
     * @throws ExpressionException where it has no value: a division by zero, an overflow
     * @throws IllegalStateException where the expression is a {@link Kind#NUMBER}
     */
    public boolean holds(RowData row, long eventTimeMillis) {
        if (kind != Kind.BOOLEAN) {
            throw new IllegalStateException("`" + source + "` is a number, not a condition");
        }
        if (bareColumn != null) {
            // NaN, which is unknown, is not 0 either.
            return bareColumn.number(row) != 0;
        }
        return !Boolean.FALSE.equals(evaluate(row, eventTimeMillis));
    }

    /** A {@code Number}, a {@code Boolean}, or anything else for unknown. */
    private Object evaluate(RowData row, long eventTimeMillis) {
        if (program == null || variables == null) {
            throw new IllegalStateException("`" + source + "` is a bare column");
        }
        boolean unknowns = variables.bind(row, eventTimeMillis);
        try {
            return unknowns ? program.eval(variables.withUnknowns()) : program.eval(variables);
        } catch (CelEvaluationException e) {
            // A column that the expression tests for null was null where an operand was needed.
            if (variables.hasNulls() && e.getErrorCode() == CelErrorCode.OVERLOAD_NOT_FOUND) {
                return NullValue.NULL_VALUE;
            }
            throw new ExpressionException("`%s` has no value: %s".formatted(source, reason(e)), e);
        } finally {
            variables.release();
        }
    }

    private double finiteOrMissing(double number) {
        if (Double.isInfinite(number)) {
            throw new ExpressionException(
                    "`%s` is %s; it must be finite".formatted(source, number));
        }
        return number;
    }

    private static String reason(CelEvaluationException e) {
        return switch (e.getErrorCode()) {
            case DIVIDE_BY_ZERO -> "it divides by zero";
            case NUMERIC_OVERFLOW -> "a number is out of its range";
            default -> String.valueOf(e.getMessage()).replaceFirst("^evaluation error.*?: ", "");
        };
    }

    /** Compiled programs do not travel; their source does. */
    private record Form(String source, List<ColumnSpec> columns) implements Serializable {

        private Object readResolve() {
            return compile(source, columns);
        }
    }

    private Object writeReplace() {
        return new Form(source, columns);
    }

    private void readObject(ObjectInputStream in) throws InvalidObjectException {
        throw new InvalidObjectException("a RowExpression is read from its form");
    }

    @Override
    public String toString() {
        return source;
    }
}
