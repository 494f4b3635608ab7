package io.millrace.registry;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/**
 * Reads JSON that others wrote: one object, no member twice, nothing after it, no deeper than it
 * needs to be. Its length is the caller's to bound, before the bytes are in memory.
 *
 * <p>Throws {@link IllegalArgumentException} with what it is and what it must be.
 */
final class Json {
    private static final int DEPTH_MAX = 32;
    private static final int NUMBER_CHARS_MAX = 64;
    private static final int NAME_CHARS_MAX = 1024;

    private static final ObjectMapper MAPPER =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(DEPTH_MAX)
                                                    .maxNumberLength(NUMBER_CHARS_MAX)
                                                    .maxNameLength(NAME_CHARS_MAX)
                                                    .build())
                                    .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private Json() {}

    static JsonNode object(byte[] json) {
        JsonNode root;
        try {
            root = MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            var where = e.getLocation();
            throw new IllegalArgumentException(
                    where == null
                            ? "it is not JSON; it must be one object"
                            : "it is not JSON at line %d, column %d; it must be one object"
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

    static ObjectNode newObject() {
        return MAPPER.createObjectNode();
    }

    static byte[] write(JsonNode node) {
        try {
            return MAPPER.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new AssertionError("a tree is always written", e);
        }
    }

    static JsonNode object(JsonNode parent, String member) {
        var object = parent.path(member);
        if (!object.isObject()) {
            throw unlike(member, object, "an object");
        }
        return object;
    }

    static JsonNode array(JsonNode parent, String member) {
        var array = parent.path(member);
        if (!array.isArray()) {
            throw unlike(member, array, "an array");
        }
        return array;
    }

    static String text(JsonNode parent, String member) {
        var text = parent.path(member);
        if (!text.isTextual()) {
            throw unlike(member, text, "text");
        }
        return text.textValue();
    }

    /** The member's text, or what stands for it where there is none. */
    static String textOr(JsonNode parent, String member, String otherwise) {
        return isAbsent(parent, member) ? otherwise : text(parent, member);
    }

    static long integer(JsonNode parent, String member) {
        var number = parent.path(member);
        if (!number.isIntegralNumber() || !number.canConvertToLong()) {
            throw unlike(member, number, "a whole number");
        }
        return number.longValue();
    }

    static boolean isAbsent(JsonNode parent, String member) {
        return parent.path(member).isMissingNode() || parent.path(member).isNull();
    }

    static IllegalArgumentException unlike(String member, JsonNode is, String must) {
        return new IllegalArgumentException(
                "%s is %s; it must be %s".formatted(member, kind(is), must));
    }

    static String kind(JsonNode node) {
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
