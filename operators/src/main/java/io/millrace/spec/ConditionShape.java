package io.millrace.spec;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * A condition: its expression alone, or a name with it. It reads as text or as a {@link Section}.
 *
 * @param expression the expression alone
 * @param named the name and the expression
 */
record ConditionShape(ScalarShape expression, SectionShape named) implements Shape {

    @Override
    public String title() {
        return "expression, or mapping";
    }

    @Override
    public @Nullable Object read(Node node, String path, Reading reading) {
        return node instanceof MappingNode
                ? named.read(node, path, reading)
                : expression.read(node, path, reading);
    }

    @Override
    public Map<String, Object> schema() {
        return Map.of("anyOf", List.of(expression.schema(), named.schema()));
    }
}
