package io.millrace.tests.deployment;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Checks a resource as a Kubernetes API server does: types, enumerations, and no field that the
 * schema does not know. (This schema requires no field.)
 */
final class StructuralSchema {

    private final Map<String, Object> schema;

    StructuralSchema(Map<String, Object> schema) {
        this.schema = schema;
    }

    List<String> problems(String path, Object value) {
        var problems = new ArrayList<String>();
        check(schema, path, value, problems);
        return problems;
    }

    private static void check(
            Map<String, Object> schema, String path, Object value, List<String> problems) {
        if (!hasType(schema, value)) {
            problems.add(
                    "%s is %s; it must be of type %s".formatted(path, value, schema.get("type")));
            return;
        }
        if (schema.get("enum") instanceof List<?> names && !names.contains(value)) {
            problems.add("%s is %s; it must be one of %s".formatted(path, value, names));
        }
        if (value instanceof Map<?, ?> fields) {
            checkFields(schema, path, fields, problems);
        } else if (value instanceof List<?> items) {
            for (int i = 0; i < items.size(); i++) {
                check(child(schema, "items"), path + "[" + i + "]", items.get(i), problems);
            }
        }
    }

    private static void checkFields(
            Map<String, Object> schema, String path, Map<?, ?> fields, List<String> problems) {
        fields.forEach(
                (name, value) -> {
                    String field = path + "." + name;
                    if (child(schema, "properties").containsKey(name)) {
                        check(child(child(schema, "properties"), name), field, value, problems);
                    } else if (schema.containsKey("additionalProperties")) {
                        check(child(schema, "additionalProperties"), field, value, problems);
                    } else if (!schema.containsKey("x-kubernetes-preserve-unknown-fields")) {
                        problems.add("%s is no field that the schema knows".formatted(field));
                    }
                });
    }

    private static boolean hasType(Map<String, Object> schema, Object value) {
        Object type = schema.get("type");
        if (type == null) {
            // Quantities and ports are numbers or text; other untyped fields take anything.
            return true;
        }
        return switch ((String) type) {
            case "object" -> value instanceof Map;
            case "array" -> value instanceof List;
            case "string" -> value instanceof String;
            case "boolean" -> value instanceof Boolean;
            case "integer" -> value instanceof Integer || value instanceof Long;
            case "number" -> value instanceof Number;
            default -> throw new IllegalStateException("The schema has a type " + type);
        };
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> child(Map<String, Object> schema, Object name) {
        return (Map<String, Object>) schema.getOrDefault(name, Map.of());
    }
}
