package io.millrace.tests.deployment;

import java.util.List;
import java.util.Map;

/** RFC 6902's {@code add}, {@code replace} and {@code remove} on members of objects. */
final class JsonPatch {

    private JsonPatch() {}

    static void apply(Map<String, Object> operation, Map<String, Object> document) {
        String path = (String) operation.get("path");
        int last = path.lastIndexOf('/');
        Map<String, Object> parent = object(document, path.substring(0, last), path);
        String member = unescaped(path.substring(last + 1));
        String kind = (String) operation.get("op");
        boolean exists = parent.containsKey(member);
        switch (kind) {
            case "add" -> parent.put(member, operation.get("value"));
            case "replace", "remove" -> {
                if (!exists) {
                    throw new IllegalStateException(
                            "%s %s: there is nothing to %s".formatted(kind, path, kind));
                }
                if (kind.equals("remove")) {
                    parent.remove(member);
                } else {
                    parent.put(member, operation.get("value"));
                }
            }
            default -> throw new IllegalStateException("No JSON patch operation is " + kind);
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> object(
            Map<String, Object> document, String pointer, String whole) {
        Object at = document;
        for (String name : List.of(pointer.substring(1).split("/"))) {
            at = ((Map<String, Object>) at).get(unescaped(name));
            if (!(at instanceof Map)) {
                throw new IllegalStateException("%s: %s is no object".formatted(whole, name));
            }
        }
        return (Map<String, Object>) at;
    }

    private static String unescaped(String name) {
        return name.replace("~1", "/").replace("~0", "~");
    }
}
