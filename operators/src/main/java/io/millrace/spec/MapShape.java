package io.millrace.spec;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * A mapping whose keys are the file's own names. It reads as {@link Entries}.
 *
 * @param title its name in the reference table
 * @param value what each of its values must be
 * @param mustBe the end of the sentence "it must be"
 * @param keyPattern what its keys match
 * @param fewest how many entries it must have
 */
record MapShape(String title, Shape value, String mustBe, String keyPattern, int fewest)
        implements Shape {

    /** The entries that are well-formed, in the order of the file. */
    record Entries(Map<String, Located<Object>> values) {

        static final Entries NONE = new Entries(Map.of());

        /** The entries, where each value is a text. */
        Map<String, Located<String>> byName() {
            return ofType(String.class);
        }

        /** The entries, where each value is a list. */
        Map<String, Located<ListShape.Items>> lists() {
            return ofType(ListShape.Items.class);
        }

        private <T> Map<String, Located<T>> ofType(Class<T> type) {
            Map<String, Located<T>> typed = new LinkedHashMap<>();
            values.forEach((name, value) -> typed.put(name, value.as(type)));
            return typed;
        }

        Map<String, String> texts() {
            Map<String, String> texts = new LinkedHashMap<>();
            byName().forEach((name, text) -> texts.put(name, text.value()));
            return texts;
        }
    }

    @Override
    public @Nullable Entries read(Node node, String path, Reading reading) {
        if (!(node instanceof MappingNode mapping)) {
            reading.mismatch(node, path, mustBe);
            return null;
        }
        if (mapping.getValue().size() < fewest) {
            reading.problem(node, path, "has no entry; it must be " + mustBe);
        }
        Pattern names = Pattern.compile(keyPattern);
        Map<String, Located<Object>> entries = new LinkedHashMap<>();
        for (NodeTuple entry : mapping.getValue()) {
            if (!(entry.getKeyNode() instanceof ScalarNode key)
                    || !names.matcher(key.getValue()).find()) {
                reading.problem(
                        entry.getKeyNode(),
                        path,
                        "has the key %s; it must be a name%s"
                                .formatted(
                                        Reading.describe(entry.getKeyNode()),
                                        brokenByComma(mapping)));
                continue;
            }
            String name = key.getValue();
            String entryPath = SectionShape.child(path, name);
            if (entries.containsKey(name)) {
                reading.problem(key, entryPath, "is there twice; it must be there once");
                continue;
            }
            if (!reading.admit(key, path)) {
                break;
            }
            Node valueNode = entry.getValueNode();
            reading.locate(entryPath, Reading.locationOf(key));
            Object read = value.read(valueNode, entryPath, reading);
            if (read != null) {
                entries.put(name, reading.located(read, valueNode, entryPath));
            }
        }
        return new Entries(entries);
    }

    private static String brokenByComma(MappingNode mapping) {
        return mapping.getFlowStyle() == org.snakeyaml.engine.v2.common.FlowStyle.FLOW
                ? "; inside braces, put a value with a comma in quotes"
                : "";
    }

    @Override
    public Map<String, Object> schema() {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", "object");
        schema.put("propertyNames", Map.of("pattern", keyPattern));
        schema.put("additionalProperties", value.schema());
        if (fewest > 0) {
            schema.put("minProperties", fewest);
        }
        return schema;
    }
}
