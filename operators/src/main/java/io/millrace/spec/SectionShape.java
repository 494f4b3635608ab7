package io.millrace.spec;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * A mapping with known keys.
 *
 * @param keys in the order of the reference
 */
record SectionShape(List<Key> keys) implements Shape {

    static SectionShape of(Key... keys) {
        return new SectionShape(List.of(keys));
    }

    @Override
    public String title() {
        return "mapping";
    }

    @Override
    public @Nullable Section read(Node node, String path, Reading reading) {
        if (!(node instanceof MappingNode mapping)) {
            String names = String.join(", ", keys.stream().map(Key::name).toList());
            reading.mismatch(node, path, "a mapping with the keys " + names);
            return null;
        }
        Map<String, Located<Object>> values = new LinkedHashMap<>();
        List<String> seen = new ArrayList<>();
        Set<String> meant = new HashSet<>();
        for (NodeTuple entry : mapping.getValue()) {
            Key key = key(entry.getKeyNode(), path, seen, meant, reading);
            if (key == null || !reading.admit(entry.getKeyNode(), path)) {
                continue;
            }
            String keyPath = child(path, key.name());
            reading.locate(keyPath, Reading.locationOf(entry.getValueNode()));
            Object value = key.shape().read(entry.getValueNode(), keyPath, reading);
            if (value != null) {
                values.put(key.name(), reading.located(value, entry.getValueNode(), keyPath));
            }
        }
        for (Key key : keys) {
            if (key.required() && !seen.contains(key.name()) && !meant.contains(key.name())) {
                reading.problem(
                        node,
                        child(path, key.name()),
                        "is missing; it must give " + lowerFirst(key.description()));
            }
        }
        return new Section(this, path, Reading.locationOf(node), values, List.copyOf(seen));
    }

    private @Nullable Key key(
            Node node, String path, List<String> seen, Set<String> meant, Reading reading) {
        if (!(node instanceof ScalarNode scalar)) {
            reading.mismatch(node, path, "a key");
            return null;
        }
        String name = scalar.getValue();
        for (Key key : keys) {
            if (key.name().equals(name)) {
                if (seen.contains(name)) {
                    reading.problem(
                            node, child(path, name), "is there twice; it must be there once");
                    return null;
                }
                seen.add(name);
                return key;
            }
        }
        List<String> names = keys.stream().map(Key::name).toList();
        String near = Suggestion.of(name, names);
        if (near != null) {
            // One mistake: the key that was meant is not missing as well.
            meant.add(near);
        }
        reading.problem(
                node,
                child(path, name),
                near == null
                        ? "is not a known key; it must be one of " + String.join(", ", names)
                        : "is not a known key; did you mean %s?".formatted(near));
        return null;
    }

    static String child(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    private static String lowerFirst(String sentence) {
        String plain =
                sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
        int end = plain.indexOf(". ");
        String first = end < 0 ? plain : plain.substring(0, end);
        return Character.toLowerCase(first.charAt(0)) + first.substring(1);
    }

    @Override
    public Map<String, Object> schema() {
        Map<String, Object> properties = new LinkedHashMap<>();
        List<String> required = new ArrayList<>();
        for (Key key : keys) {
            Map<String, Object> property = new LinkedHashMap<>();
            property.put("description", key.description());
            property.putAll(key.shape().schema());
            properties.put(key.name(), property);
            if (key.required()) {
                required.add(key.name());
            }
        }
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", "object");
        schema.put("properties", properties);
        if (!required.isEmpty()) {
            schema.put("required", required);
        }
        schema.put("additionalProperties", false);
        return schema;
    }
}
