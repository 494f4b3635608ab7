package io.millrace.spec;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * A list. It reads as a {@link Items}.
 *
 * @param item what each of its items must be
 * @param mustBe the end of the sentence "it must be"
 * @param fewest how many items it must have
 */
record ListShape(Shape item, String mustBe, int fewest) implements Shape {

    /** The items that are well-formed. */
    record Items(List<Located<Object>> items) {}

    @Override
    public String title() {
        return "list";
    }

    @Override
    public @Nullable Items read(Node node, String path, Reading reading) {
        if (!(node instanceof SequenceNode sequence)) {
            reading.mismatch(node, path, mustBe);
            return null;
        }
        List<Node> nodes = sequence.getValue();
        if (nodes.size() < fewest) {
            reading.problem(node, path, "has no item; it must be " + mustBe);
        }
        List<Located<Object>> items = new ArrayList<>();
        for (int i = 0; i < nodes.size() && reading.admit(nodes.get(i), path); i++) {
            String itemPath = "%s[%d]".formatted(path, i);
            reading.locate(itemPath, Reading.locationOf(nodes.get(i)));
            Object value = item.read(nodes.get(i), itemPath, reading);
            if (value != null) {
                items.add(reading.located(value, nodes.get(i), itemPath));
            }
        }
        return new Items(items);
    }

    @Override
    public Map<String, Object> schema() {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", "array");
        schema.put("items", item.schema());
        if (fewest > 0) {
            schema.put("minItems", fewest);
        }
        return schema;
    }
}
