package io.millrace.registry;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes what is registered with a version, its {@code metadata.json}. Members that it
 * does not know are left alone, so that whoever trains may note more; a member that it needs must
 * be there and be of its type.
 *
 * <p>Throws {@link IllegalArgumentException} with what it is and what it must be.
 */
final class VersionMetadata {
    private VersionMetadata() {}

    /**
     * The version that the bytes describe.
     *
     * @param model the name under which they are registered: they may leave it out, not deny it
     * @param version likewise
     */
    static ModelVersion read(byte[] json, String model, String version) {
        var root = Json.object(json);
        var name = Json.textOr(root, "name", model);
        var number = Json.textOr(root, "version", version);
        if (!name.equals(model) || !number.equals(version)) {
            throw new IllegalArgumentException(
                    "it describes %s/%s; it must describe %s/%s, as it is registered"
                            .formatted(
                                    RegistryName.shown(name),
                                    RegistryName.shown(number),
                                    model,
                                    version));
        }
        return new ModelVersion(
                model,
                version,
                Json.text(root, "digest"),
                Json.integer(root, "bytes"),
                inputs(root),
                output(root.path("output"), "output"),
                outputs(root.path("outputs")),
                golden(root),
                metrics(root.path("metrics")),
                servable(root));
    }

    /** The version that the bytes ask to be registered as, or null where they leave it open. */
    static @Nullable String versionIn(byte[] json) {
        var root = Json.object(json);
        return Json.isAbsent(root, "version") ? null : Json.text(root, "version");
    }

    /** The versions that {@code aliases.json} names, by alias. */
    static Map<String, String> readAliases(byte[] json) {
        var aliases = new TreeMap<String, String>();
        for (var member : Json.object(json).properties()) {
            if (!member.getValue().isTextual()) {
                throw new IllegalArgumentException(
                        "%s is %s; it must be a version as text, such as \"1\""
                                .formatted(member.getKey(), Json.kind(member.getValue())));
            }
            aliases.put(member.getKey(), member.getValue().textValue());
        }
        return aliases;
    }

    static byte[] writeAliases(Map<String, String> aliases) {
        var json = Json.newObject();
        new TreeMap<>(aliases).forEach(json::put);
        return Json.write(json);
    }

    private static @Nullable SavedStage servable(JsonNode root) {
        if (Engine.of(Json.textOr(root, "engine", Engine.ONNX.text())) == Engine.ONNX) {
            return null;
        }
        var servable = Json.object(root, "servable");
        var params = new LinkedHashMap<String, String>();
        for (var param : servable.path("paramMap").properties()) {
            if (!param.getValue().isValueNode()) {
                throw Json.unlike("paramMap." + param.getKey(), param.getValue(), "one value");
            }
            params.put(param.getKey(), param.getValue().asText());
        }
        return new SavedStage(Json.text(servable, "className"), params);
    }

    private static @Nullable RegistryFile golden(JsonNode root) {
        if (Json.isAbsent(root, "golden")) {
            return null;
        }
        var golden = Json.object(root, "golden");
        return new RegistryFile(Json.text(golden, "digest"), Json.integer(golden, "bytes"));
    }

    private static List<ModelInput> inputs(JsonNode root) {
        var inputs = new ArrayList<ModelInput>();
        for (var input : Json.array(root, "inputs")) {
            inputs.add(
                    new ModelInput(
                            Json.text(input, "name"),
                            ElementType.of(Json.text(input, "type")),
                            shape(input),
                            texts(input, "features"),
                            categories(input)));
        }
        return inputs;
    }

    private static ModelOutput output(JsonNode output, String member) {
        if (!output.isObject()) {
            throw Json.unlike(member, output, "an object");
        }
        var scoreClass = output.path("class");
        return new ModelOutput(
                Json.text(output, "name"),
                ElementType.of(Json.text(output, "type")),
                shape(output),
                Json.text(output, "meaning"),
                output.has("classes") ? texts(output, "classes") : List.of(),
                scoreClass.isMissingNode() ? null : Json.text(output, "class"));
    }

    private static List<ModelOutput> outputs(JsonNode outputs) {
        if (outputs.isMissingNode()) {
            return List.of();
        }
        if (!outputs.isArray()) {
            throw Json.unlike("outputs", outputs, "an array");
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
            throw Json.unlike("categories", categories, "an object");
        }
        var byFeature = new LinkedHashMap<String, List<String>>();
        for (var member : categories.properties()) {
            byFeature.put(member.getKey(), texts(categories, member.getKey()));
        }
        return byFeature;
    }

    private static List<Long> shape(JsonNode tensor) {
        var shape = new ArrayList<Long>();
        for (var dimension : Json.array(tensor, "shape")) {
            if (!dimension.isIntegralNumber() || !dimension.canConvertToLong()) {
                throw Json.unlike("an element of shape", dimension, "a whole number");
            }
            shape.add(dimension.longValue());
        }
        return shape;
    }

    private static List<String> texts(JsonNode parent, String member) {
        var texts = new ArrayList<String>();
        for (var element : Json.array(parent, member)) {
            if (!element.isTextual()) {
                throw Json.unlike("an element of " + member, element, "text");
            }
            texts.add(element.textValue());
        }
        return texts;
    }

    private static Map<String, Double> metrics(JsonNode metrics) {
        var numbers = new LinkedHashMap<String, Double>();
        for (var metric : metrics.properties()) {
            if (!metric.getValue().isNumber()) {
                throw Json.unlike("metrics." + metric.getKey(), metric.getValue(), "a number");
            }
            numbers.put(metric.getKey(), metric.getValue().doubleValue());
        }
        return numbers;
    }
}
