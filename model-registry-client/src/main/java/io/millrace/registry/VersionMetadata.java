package io.millrace.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads a version's {@code metadata.json}. Members that it does not know are left alone, so that
 * whoever trains may note more; a member that it needs must be there and be of its type.
 *
 * <p>Throws {@link IllegalArgumentException} with what it is and what it must be.
 */
final class VersionMetadata {
    private static final ObjectMapper JSON =
            JsonMapper.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private VersionMetadata() {}

    static ModelVersion read(byte[] json) {
        var root = object(json);
        var golden = root.path("golden");
        return new ModelVersion(
                text(root, "name"),
                text(root, "version"),
                text(root, "digest"),
                integer(root, "bytes"),
                inputs(root),
                output(root.path("output"), "output"),
                outputs(root.path("outputs")),
                golden.isMissingNode() || golden.isNull()
                        ? null
                        : new RegistryFile(text(golden, "digest"), integer(golden, "bytes")),
                metrics(root.path("metrics")));
    }

    /** The versions that {@code aliases.json} names, by alias. */
    static Map<String, String> readAliases(byte[] json) {
        var aliases = new TreeMap<String, String>();
        for (var member : object(json).properties()) {
            if (!member.getValue().isTextual()) {
                throw new IllegalArgumentException(
                        "%s is %s; it must be a version as text, such as \"1\""
                                .formatted(member.getKey(), kind(member.getValue())));
            }
            aliases.put(member.getKey(), member.getValue().textValue());
        }
        return aliases;
    }

    private static JsonNode object(byte[] json) {
        JsonNode root;
        try {
            root = JSON.readTree(json);
        } catch (JsonProcessingException e) {
            var where = e.getLocation();
            throw new IllegalArgumentException(
                    "it is not JSON at line %d, column %d; it must be one object"
                            .formatted(where.getLineNr(), where.getColumnNr()),
                    e);
        } catch (IOException e) {
            throw new AssertionError("the bytes are in memory", e);
        }
        if (!root.isObject()) {
            throw new IllegalArgumentException(
                    "it is %s; it must be one object".formatted(kind(root)));
        }
        return root;
    }

    private static List<ModelInput> inputs(JsonNode root) {
        var inputs = new ArrayList<ModelInput>();
        for (var input : array(root, "inputs")) {
            inputs.add(
                    new ModelInput(
                            text(input, "name"),
                            ElementType.of(text(input, "type")),
                            shape(input),
                            texts(input, "features"),
                            categories(input)));
        }
        return inputs;
    }

    private static ModelOutput output(JsonNode output, String member) {
        if (!output.isObject()) {
            throw unlike(member, output, "an object");
        }
        var scoreClass = output.path("class");
        return new ModelOutput(
                text(output, "name"),
                ElementType.of(text(output, "type")),
                shape(output),
                text(output, "meaning"),
                output.has("classes") ? texts(output, "classes") : List.of(),
                scoreClass.isMissingNode() ? null : text(output, "class"));
    }

    private static List<ModelOutput> outputs(JsonNode outputs) {
        if (outputs.isMissingNode()) {
            return List.of();
        }
        if (!outputs.isArray()) {
            throw unlike("outputs", outputs, "an array");
        }
        var further = new ArrayList<ModelOutput>();
        for (var output : outputs) {
            further.add(output(output, "an element of outputs"));
        }
        return further;
    }

    private static Map<String, List<String>> categories(JsonNode input) {
        var categories = input.path("categories");
        if (categories.isMissingNode()) {
            return Map.of();
        }
        if (!categories.isObject()) {
            throw unlike("categories", categories, "an object");
        }
        var byFeature = new LinkedHashMap<String, List<String>>();
        for (var member : categories.properties()) {
            byFeature.put(member.getKey(), texts(categories, member.getKey()));
        }
        return byFeature;
    }

    private static List<Long> shape(JsonNode tensor) {
        var shape = new ArrayList<Long>();
        for (var dimension : array(tensor, "shape")) {
            if (!dimension.isIntegralNumber() || !dimension.canConvertToLong()) {
                throw unlike("an element of shape", dimension, "a whole number");
            }
            shape.add(dimension.longValue());
        }
        return shape;
    }

    private static List<String> texts(JsonNode parent, String member) {
        var texts = new ArrayList<String>();
        for (var element : array(parent, member)) {
            if (!element.isTextual()) {
                throw unlike("an element of " + member, element, "text");
            }
            texts.add(element.textValue());
        }
        return texts;
    }

    private static Map<String, Double> metrics(JsonNode metrics) {
        var numbers = new LinkedHashMap<String, Double>();
        for (var metric : metrics.properties()) {
            if (!metric.getValue().isNumber()) {
                throw unlike("metrics." + metric.getKey(), metric.getValue(), "a number");
            }
            numbers.put(metric.getKey(), metric.getValue().doubleValue());
        }
        return numbers;
    }

    private static JsonNode array(JsonNode parent, String member) {
        var array = parent.path(member);
        if (!array.isArray()) {
            throw unlike(member, array, "an array");
        }
        return array;
    }

    private static String text(JsonNode parent, String member) {
        var text = parent.path(member);
        if (!text.isTextual()) {
            throw unlike(member, text, "text");
        }
        return text.textValue();
    }

    private static long integer(JsonNode parent, String member) {
        var number = parent.path(member);
        if (!number.isIntegralNumber() || !number.canConvertToLong()) {
            throw unlike(member, number, "a whole number");
        }
        return number.longValue();
    }

    private static IllegalArgumentException unlike(String member, JsonNode is, String must) {
        return new IllegalArgumentException(
                "%s is %s; it must be %s".formatted(member, kind(is), must));
    }

    private static String kind(JsonNode node) {
        return switch (node.getNodeType()) {
            case MISSING -> "missing";
            case NULL -> "null";
            case ARRAY -> "an array";
            case OBJECT, POJO -> "an object";
            case STRING, BINARY -> "text";
            case BOOLEAN -> "true or false";
            case NUMBER -> "the number " + node.asText();
        };
    }
}
