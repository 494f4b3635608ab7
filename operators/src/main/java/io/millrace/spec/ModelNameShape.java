package io.millrace.spec;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A model's name, as it is written: whether <code>${name}</code> in it is a column or a variable is
 * known once the columns are.
 */
final class ModelNameShape implements Shape {
    private static final ScalarShape NAME = ScalarShape.name();

    @Override
    public @Nullable Object read(Node node, String path, Reading reading) {
        return node instanceof ScalarNode written
                        && written.getTag().equals(Tag.STR)
                        && written.getValue().contains("${")
                ? written.getValue()
                : NAME.read(node, path, reading);
    }

    @Override
    public Map<String, Object> schema() {
        return NAME.schema();
    }

    @Override
    public String title() {
        return NAME.title();
    }
}
