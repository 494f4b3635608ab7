package io.millrace.spec;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * A value, or a list of several. Either reads as {@link ListShape.Items}.
 *
 * @param one what each of them must be
 * @param list the list of them
 */
record OneOrMoreShape(ScalarShape one, ListShape list) implements Shape {

    @Override
    public String title() {
        return "%s, or a list".formatted(one.title());
    }

    @Override
    public ListShape.@Nullable Items read(Node node, String path, Reading reading) {
        if (node instanceof SequenceNode) {
            return list.read(node, path, reading);
        }
        Object value = one.read(node, path, reading);
        return value == null
                ? null
                : new ListShape.Items(List.of(reading.located(value, node, path)));
    }

    @Override
    public Map<String, Object> schema() {
        return Map.of("anyOf", List.of(one.schema(), list.schema()));
    }
}
