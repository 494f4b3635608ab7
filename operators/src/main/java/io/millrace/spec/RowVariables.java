package io.millrace.spec;

import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.ExprKind.Kind;
import dev.cel.common.navigation.CelNavigableAst;
import dev.cel.common.values.NullValue;
import dev.cel.runtime.CelAttributePattern;
import dev.cel.runtime.CelVariableResolver;
import dev.cel.runtime.PartialVars;
import io.millrace.spec.InvalidExpressionException.Mistake;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.flink.table.data.RowData;
import org.jspecify.annotations.Nullable;

/** The variables of one expression, read from the row that is bound at the moment. */
final class RowVariables implements CelVariableResolver {

    private static final Optional<Object> NULL = Optional.of(NullValue.NULL_VALUE);

    /** The columns that the expression names, and no others. */
    private final ColumnValue[] columns;

    /** Whether the expression compares the column with null. */
    private final boolean[] testsForNull;

    private final CelAttributePattern[] patterns;

    /** The expression's lists of constants, by their names. */
    private final Map<String, Optional<Object>> lists;

    private @Nullable RowData row;
    private long eventTimeMillis;
    private boolean hasNulls;

    private RowVariables(
            List<ColumnValue> columns,
            Set<String> testedForNull,
            Map<String, List<Object>> constantLists) {
        this.lists = new HashMap<>();
        constantLists.forEach((name, list) -> lists.put(name, Optional.of(list)));
        this.columns = columns.toArray(ColumnValue[]::new);
        this.testsForNull = new boolean[this.columns.length];
        this.patterns = new CelAttributePattern[this.columns.length];
        for (int i = 0; i < this.columns.length; i++) {
            String name = this.columns[i].name();
            testsForNull[i] = testedForNull.contains(name);
            patterns[i] = CelAttributePattern.fromQualifiedIdentifier(name);
        }
    }

    /**
     * The variables that a checked expression needs.
     *
     * @throws InvalidExpressionException where a variable of the expression's own hides a column
     */
    static RowVariables of(String source, ConstantLists checked, List<ColumnValue> columns) {
        Set<String> named = new HashSet<>();
        Set<String> own = new HashSet<>();
        Set<String> testedForNull = new HashSet<>();
        CelNavigableAst.fromAst(checked.ast())
                .getRoot()
                .allNodes()
                .forEach(
                        node -> {
                            CelExpr expression = node.expr();
                            if (expression.getKind() == Kind.IDENT) {
                                named.add(expression.ident().name());
                            } else if (expression.getKind() == Kind.COMPREHENSION) {
                                own.add(expression.comprehension().iterVar());
                            } else if (expression.getKind() == Kind.CALL) {
                                String tested = testedForNull(expression.call());
                                if (tested != null) {
                                    testedForNull.add(tested);
                                }
                            }
                        });
        List<ColumnValue> needed = new ArrayList<>();
        for (ColumnValue column : columns) {
            if (own.contains(column.name())) {
                String message =
                        "%s is a column; a variable of the expression must have another name"
                                .formatted(column.name());
                throw new InvalidExpressionException(source, List.of(new Mistake(1, 1, message)));
            }
            if (named.contains(column.name())
                    && !column.name().equals(ExpressionLanguage.EVENT_TIME)) {
                needed.add(column);
            }
        }
        return new RowVariables(needed, testedForNull, checked.values());
    }

    private static @Nullable String testedForNull(CelExpr.CelCall call) {
        boolean comparison = call.function().equals("_==_") || call.function().equals("_!=_");
        if (!comparison || call.args().size() != 2) {
            return null;
        }
        CelExpr left = call.args().get(0);
        CelExpr right = call.args().get(1);
        if (isNull(right) && left.getKind() == Kind.IDENT) {
            return left.ident().name();
        }
        return isNull(left) && right.getKind() == Kind.IDENT ? right.ident().name() : null;
    }

    private static boolean isNull(CelExpr expression) {
        return expression.getKind() == Kind.CONSTANT
                && expression
                        .constant()
                        .equals(dev.cel.common.ast.CelConstant.ofValue(NullValue.NULL_VALUE));
    }

    /**
     * Binds a row until {@link #release}.
     *
     * @return whether a column is null that the expression does not test for null
     */
    boolean bind(RowData row, long eventTimeMillis) {
        this.row = row;
        this.eventTimeMillis = eventTimeMillis;
        hasNulls = false;
        boolean unknowns = false;
        for (int i = 0; i < columns.length; i++) {
            if (columns[i].isNull(row)) {
                hasNulls = true;
                unknowns |= !testsForNull[i];
            }
        }
        return unknowns;
    }

    List<String> names() {
        return Stream.of(columns).map(ColumnValue::name).toList();
    }

    boolean hasNulls() {
        return hasNulls;
    }

    void release() {
        row = null;
    }

    /** The bound row, with the columns that are null as unknown. */
    PartialVars withUnknowns() {
        RowData bound = bound();
        List<CelAttributePattern> unknown = new ArrayList<>();
        for (int i = 0; i < columns.length; i++) {
            if (!testsForNull[i] && columns[i].isNull(bound)) {
                unknown.add(patterns[i]);
            }
        }
        return PartialVars.of(this, unknown);
    }

    @Override
    public Optional<Object> find(String name) {
        RowData bound = bound();
        for (ColumnValue column : columns) {
            if (column.name().equals(name)) {
                return column.isNull(bound) ? NULL : Optional.of(column.read(bound));
            }
        }
        return name.equals(ExpressionLanguage.EVENT_TIME)
                ? Optional.of(Instant.ofEpochMilli(eventTimeMillis))
                : lists.getOrDefault(name, Optional.empty());
    }

    private RowData bound() {
        if (row == null) {
            throw new IllegalStateException("no row is bound");
        }
        return row;
    }
}
