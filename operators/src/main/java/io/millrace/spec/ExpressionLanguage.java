package io.millrace.spec;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.CelValidationResult;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelFunctionOverload;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import dev.cel.runtime.Program;
import io.millrace.spec.InvalidExpressionException.Mistake;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * CEL as pipelines speak it: the standard library over typed columns, where integers and decimals
 * mix as they do in SQL ({@code amount * 2}), and everything is bounded: length, depth, iterations.
 */
final class ExpressionLanguage {

    /** The event's time as a CEL timestamp; every expression knows it. */
    static final String EVENT_TIME = "event_time";

    private static final CelOptions OPTIONS =
            CelOptions.current()
                    .enableHeterogeneousNumericComparisons(true)
                    .maxExpressionCodePointSize(10_000)
                    .maxParseRecursionDepth(100)
                    .comprehensionMaxIterations(10_000)
                    .build();

    private static final CelRuntime RUNTIME =
            CelRuntimeFactory.plannerRuntimeBuilder()
                    .setOptions(OPTIONS)
                    .addFunctionBindings(mixed("_+_", "add", (a, b) -> a + b, (a, b) -> a + b))
                    .addFunctionBindings(mixed("_-_", "subtract", (a, b) -> a - b, (a, b) -> a - b))
                    .addFunctionBindings(mixed("_*_", "multiply", (a, b) -> a * b, (a, b) -> a * b))
                    .addFunctionBindings(mixed("_/_", "divide", (a, b) -> a / b, (a, b) -> a / b))
                    .build();

    private static final Pattern UNDECLARED =
            Pattern.compile("undeclared reference to '([^']*)'.*");
    private static final Pattern NO_OVERLOAD =
            Pattern.compile("found no matching overload for '([^']*)' applied to '(.*?)' .*");

    private final List<ColumnValue> columns;
    private final CelCompiler compiler;

    private ExpressionLanguage(List<ColumnValue> columns) {
        this.columns = columns;
        this.compiler = compiler(columns);
    }

    /** The language over these columns; those of a type that it does not know are left out. */
    static ExpressionLanguage over(List<ColumnSpec> declared) {
        List<ColumnValue> values = new ArrayList<>();
        for (int position = 0; position < declared.size(); position++) {
            ColumnValue value = ColumnValue.of(declared.get(position), position);
            if (value != null) {
                values.add(value);
            }
        }
        return new ExpressionLanguage(List.copyOf(values));
    }

    List<ColumnValue> columns() {
        return columns;
    }

    private static Collection<CelFunctionBinding> mixed(
            String operator,
            String name,
            CelFunctionOverload.Binary<Double, Long> doubleInt,
            CelFunctionOverload.Binary<Long, Double> intDouble) {
        return CelFunctionBinding.fromOverloads(
                operator,
                CelFunctionBinding.from(name + "_double_int", Double.class, Long.class, doubleInt),
                CelFunctionBinding.from(name + "_int_double", Long.class, Double.class, intDouble));
    }

    /**
     * Checks an expression.
     *
     * @throws InvalidExpressionException with every mistake
     */
    CelAbstractSyntaxTree check(String source) {
        CelValidationResult result = compiler.compile(source);
        if (!result.hasError()) {
            try {
                return result.getAst();
            } catch (dev.cel.common.CelValidationException e) {
                throw new IllegalStateException(e);
            }
        }
        List<Mistake> mistakes = new ArrayList<>();
        for (CelIssue issue : result.getErrors()) {
            var at = issue.getSourceLocation();
            mistakes.add(
                    new Mistake(
                            Math.max(1, at.getLine()),
                            Math.max(0, at.getColumn()) + 1,
                            inOurWords(issue.getMessage())));
        }
        throw new InvalidExpressionException(source, mistakes);
    }

    static Program plan(CelAbstractSyntaxTree checked) {
        try {
            return RUNTIME.createProgram(checked);
        } catch (CelEvaluationException e) {
            throw new IllegalStateException(
                    "a checked expression could not be planned: " + e.getMessage(), e);
        }
    }

    private static CelCompiler compiler(List<ColumnValue> columns) {
        CelCompilerBuilder builder =
                CelCompilerFactory.standardCelCompilerBuilder()
                        .setOptions(OPTIONS)
                        .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                        .addFunctionDeclarations(mixedOverloads());
        for (ColumnValue column : columns) {
            if (!column.name().equals(EVENT_TIME)) {
                builder.addVar(column.name(), column.celType());
            }
        }
        return builder.addVar(EVENT_TIME, SimpleType.TIMESTAMP).build();
    }

    /** Integers beside doubles, which CEL by itself compares but neither adds nor equates. */
    private static List<CelFunctionDecl> mixedOverloads() {
        List<CelFunctionDecl> declarations = new ArrayList<>();
        var a = SimpleType.DOUBLE;
        var b = SimpleType.INT;
        declarations.add(overloads("_+_", "add", SimpleType.DOUBLE, a, b));
        declarations.add(overloads("_-_", "subtract", SimpleType.DOUBLE, a, b));
        declarations.add(overloads("_*_", "multiply", SimpleType.DOUBLE, a, b));
        declarations.add(overloads("_/_", "divide", SimpleType.DOUBLE, a, b));
        declarations.add(overloads("_==_", "equals", SimpleType.BOOL, a, b));
        declarations.add(overloads("_!=_", "not_equals", SimpleType.BOOL, a, b));
        declarations.add(
                CelFunctionDecl.newFunctionDeclaration(
                        "@in",
                        CelOverloadDecl.newGlobalOverload(
                                "in_list_double_int", SimpleType.BOOL, a, ListType.create(b)),
                        CelOverloadDecl.newGlobalOverload(
                                "in_list_int_double", SimpleType.BOOL, b, ListType.create(a))));
        declarations.add(
                CelFunctionDecl.newFunctionDeclaration(
                        "_?_:_",
                        CelOverloadDecl.newGlobalOverload(
                                "conditional_double_int", a, SimpleType.BOOL, a, b),
                        CelOverloadDecl.newGlobalOverload(
                                "conditional_int_double", a, SimpleType.BOOL, b, a)));
        return declarations;
    }

    private static CelFunctionDecl overloads(
            String operator, String name, CelType result, CelType a, CelType b) {
        return CelFunctionDecl.newFunctionDeclaration(
                operator,
                CelOverloadDecl.newGlobalOverload(name + "_double_int", result, a, b),
                CelOverloadDecl.newGlobalOverload(name + "_int_double", result, b, a));
    }

    /** CEL speaks of overloads and containers; the reader of a YAML file of columns and types. */
    private String inOurWords(String message) {
        Matcher undeclared = UNDECLARED.matcher(message);
        if (undeclared.matches()) {
            List<String> names = new ArrayList<>();
            columns.forEach(column -> names.add(column.name()));
            names.add(EVENT_TIME);
            String name = undeclared.group(1);
            return "%s is not a column; it must be one of %s%s"
                    .formatted(name, String.join(", ", names), Suggestion.phrase(name, names));
        }
        Matcher noOverload = NO_OVERLOAD.matcher(message);
        if (noOverload.matches()) {
            return noOverload(noOverload.group(1), noOverload.group(2));
        }
        if (message.startsWith("mismatched input '<EOF>'")) {
            return "the expression ends too early";
        }
        int expecting = message.indexOf(" expecting {");
        return expecting < 0 ? message : message.substring(0, expecting);
    }

    private static String noOverload(String function, String operands) {
        String types =
                operands.replaceAll("^\\(|\\)$", "")
                        .replaceAll("wrapper\\((\\w+)\\)", "$1 or null");
        if (function.matches("_[!=]=_") && types.matches(".*, null$")) {
            return "the left side is never null; declare its column without NOT NULL, or leave the"
                    + " test out";
        }
        String shown =
                switch (function) {
                    case "_?_:_" -> "? :";
                    case "@in" -> "in";
                    case "_[_]" -> "[ ]";
                    default -> function.replaceAll("^_|_$", "").replaceAll("^-_$", "-");
                };
        return "%s cannot be applied to (%s)".formatted(shown, types);
    }
}
