package io.millrace.spec;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/** What a value must be: read from YAML, described to editors and to people. */
interface Shape {

    /** The value, or null after having reported why there is none. */
    @Nullable Object read(Node node, String path, Reading reading);

    /** The JSON Schema of the values that {@link #read} accepts. */
    Map<String, Object> schema();

    /** Its name in the reference table. */
    String title();

    /** A map in the order that it is written in, so that generated files are stable. */
    static Map<String, Object> ordered(Object... keysAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return map;
    }
}
