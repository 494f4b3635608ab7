package io.millrace.spec;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelMutableAst;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr.ExprKind.Kind;
import dev.cel.common.ast.CelMutableExpr;
import dev.cel.common.ast.CelMutableExpr.CelMutableIdent;
import dev.cel.common.ast.CelMutableExprConverter;
import dev.cel.common.ast.CelReference;
import dev.cel.common.navigation.CelNavigableMutableAst;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A checked expression whose lists of constants are variables, so that evaluating it does not make
 * them anew.
 *
 * @param ast the expression
 * @param values the lists, by the names of their variables, which no column can have
 */
record ConstantLists(CelAbstractSyntaxTree ast, Map<String, List<Object>> values) {

    static ConstantLists of(CelAbstractSyntaxTree checked) {
        CelMutableAst mutable = CelMutableAst.fromCelAst(checked);
        var references = new HashMap<>(checked.getReferenceMap());
        var values = new HashMap<String, List<Object>>();
        // Collected first: what is replaced must not be walked through meanwhile.
        for (var node : CelNavigableMutableAst.fromAst(mutable).getRoot().allNodes().toList()) {
            CelMutableExpr expression = node.expr();
            List<Object> constants = constants(expression);
            if (constants != null) {
                String name = "@list" + values.size();
                values.put(name, constants);
                references.put(expression.id(), CelReference.newBuilder().setName(name).build());
                expression.setIdent(CelMutableIdent.create(name));
            }
        }
        return values.isEmpty()
                ? new ConstantLists(checked, Map.of())
                : new ConstantLists(
                        CelAbstractSyntaxTree.newCheckedAst(
                                CelMutableExprConverter.fromMutableExpr(mutable.expr()),
                                checked.getSource(),
                                references,
                                checked.getTypeMap()),
                        Map.copyOf(values));
    }

    /** What a list of constants holds; null where the expression is anything else. */
    private static @Nullable List<Object> constants(CelMutableExpr expression) {
        if (expression.getKind() != Kind.LIST || !expression.list().optionalIndices().isEmpty()) {
            return null;
        }
        var constants = new ArrayList<>();
        for (CelMutableExpr element : expression.list().elements()) {
            Object constant = element.getKind() == Kind.CONSTANT ? value(element.constant()) : null;
            if (constant == null) {
                return null;
            }
            constants.add(constant);
        }
        return List.copyOf(constants);
    }

    /** A constant as CEL computes with it; null for those that only CEL can make. */
    private static @Nullable Object value(CelConstant constant) {
        return switch (constant.getKind()) {
            case BOOLEAN_VALUE -> constant.booleanValue();
            case INT64_VALUE -> constant.int64Value();
            case DOUBLE_VALUE -> constant.doubleValue();
            case STRING_VALUE -> constant.stringValue();
            default -> null;
        };
    }
}
