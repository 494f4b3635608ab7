package io.millrace.monitor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.record.FeatureDrift.Role;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A reference profile as it is registered: one JSON object. Its version is the digest of that
 * object without the digest.
 */
final class ProfileJson {
    private static final String FORMAT = "millrace-profile/1";
    private static final ObjectMapper JSON = JsonMapper.builder().build();

    private ProfileJson() {}

    static byte[] write(ReferenceProfile profile) {
        ObjectNode tree = tree(profile);
        tree.put("digest", profile.digest());
        return bytes(tree);
    }

    /** The digest of what a profile says, whatever its own is. */
    static String digest(ReferenceProfile profile) {
        return digest(tree(profile));
    }

    /**
     * The profile that the bytes hold.
     *
     * @throws IllegalArgumentException with what they are and what they must be
     */
    static ReferenceProfile read(byte[] json) {
        try {
            JsonNode root = JSON.readTree(json);
            if (!(root instanceof ObjectNode object)) {
                throw new IllegalArgumentException("it is no JSON object; it must be one");
            }
            String format = text(object, "format");
            if (!format.equals(FORMAT)) {
                throw new IllegalArgumentException(
                        "its format is '%s'; it must be %s".formatted(format, FORMAT));
            }
            String digest = text(object, "digest");
            var unsigned = object.deepCopy();
            unsigned.remove("digest");
            String actual = digest(unsigned);
            if (!digest.equals(actual)) {
                throw new IllegalArgumentException(
                        "its digest is %s; it must be that of its content, %s"
                                .formatted(digest, actual));
            }
            PrincipalComponents components =
                    object.has("reconstruction")
                            ? components(member(object, "reconstruction"))
                            : null;
            var segments = new ArrayList<SegmentReference>();
            for (JsonNode one : object.path("segments")) {
                segments.add(segment(one, components));
            }
            return new ReferenceProfile(
                    text(object, "model"),
                    text(object, "version"),
                    digest,
                    allSeries(object),
                    object.has("calibration") ? calibration(member(object, "calibration")) : null,
                    components,
                    segments);
        } catch (IOException e) {
            throw new IllegalArgumentException("it is no JSON; it must be a JSON object", e);
        }
    }

    private static ObjectNode tree(ReferenceProfile profile) {
        ObjectNode root = JSON.createObjectNode();
        root.put("format", FORMAT);
        root.put("model", profile.model());
        root.put("version", profile.version());
        write(profile.series(), root.putArray("series"));
        var calibration = profile.calibration();
        if (calibration != null) {
            ObjectNode node = root.putObject("calibration");
            numbers(node.putArray("scores"), calibration.scores());
            numbers(node.putArray("probabilities"), calibration.probabilities());
        }
        var components = profile.components();
        if (components != null) {
            write(components, root.putObject("reconstruction"));
        }
        if (!profile.segments().isEmpty()) {
            ArrayNode segments = root.putArray("segments");
            for (SegmentReference one : profile.segments()) {
                ObjectNode node = segments.addObject();
                node.put("segment", one.segment());
                write(one.series(), node.putArray("series"));
                if (one.residuals().length > 0) {
                    numbers(node.putArray("residuals"), one.residuals());
                }
            }
        }
        return root;
    }

    private static void write(List<FeatureReference> series, ArrayNode list) {
        for (FeatureReference one : series) {
            ObjectNode node = list.addObject();
            node.put("name", one.name());
            node.put("role", one.role().name().toLowerCase(Locale.ROOT));
            node.put("rows", one.rows());
            node.put("missing", one.missing());
            if (one instanceof NumericReference numeric) {
                write(numeric, node);
            } else if (one instanceof CategoryReference categories) {
                write(categories, node);
            }
        }
    }

    private static void write(NumericReference numeric, ObjectNode node) {
        node.put("kind", "numeric");
        numbers(node.putArray("deciles"), numeric.deciles());
        numbers(node.putArray("edges"), numeric.edges());
        counts(node.putArray("counts"), numeric.counts());
        numbers(node.putArray("points"), numeric.points());
        number(node, "min", numeric.min());
        number(node, "max", numeric.max());
        number(node, "mean", numeric.mean());
        number(node, "std", numeric.std());
        node.put("rank_error", numeric.rankError());
    }

    private static void write(CategoryReference categories, ObjectNode node) {
        node.put("kind", "categorical");
        categories.top().forEach(node.putArray("top")::add);
        counts(node.putArray("counts"), categories.counts());
        categories.others().forEach(node.putArray("others")::add);
        node.put("other", categories.other());
        node.put("once", categories.once());
        node.put("complete", categories.isComplete());
        var known = categories.known();
        if (known != null) {
            node.put("known", known.bytes());
        }
    }

    private static void write(PrincipalComponents components, ObjectNode node) {
        ArrayNode columns = node.putArray("features");
        for (PrincipalComponents.Column column : components.columns()) {
            ObjectNode feature = columns.addObject();
            feature.put("name", column.name());
            feature.put("mean", column.mean());
            feature.put("scale", column.scale());
        }
        ArrayNode vectors = node.putArray("components");
        for (double[] component : components.components()) {
            numbers(vectors.addArray(), component);
        }
        if (components.residuals().length > 0) {
            numbers(node.putArray("residuals"), components.residuals());
        }
    }

    /** What is not finite is null: JSON has no number for it. */
    private static void number(ObjectNode node, String name, double value) {
        if (Double.isFinite(value)) {
            node.put(name, value);
        } else {
            node.putNull(name);
        }
    }

    private static void numbers(ArrayNode array, double[] values) {
        for (double value : values) {
            if (Double.isFinite(value)) {
                array.add(value);
            } else {
                array.addNull();
            }
        }
    }

    private static void counts(ArrayNode array, long[] values) {
        for (long value : values) {
            array.add(value);
        }
    }

    private static Calibration calibration(JsonNode node) {
        double[] scores = numbers(member(node, "scores"));
        double[] probabilities = numbers(member(node, "probabilities"));
        check("calibration", "probabilities", probabilities.length, scores.length);
        return new Calibration(scores, probabilities);
    }

    private static PrincipalComponents components(JsonNode node) {
        var columns = new ArrayList<PrincipalComponents.Column>();
        for (JsonNode feature : member(node, "features")) {
            columns.add(
                    new PrincipalComponents.Column(
                            text(feature, "name"),
                            member(feature, "mean").doubleValue(),
                            member(feature, "scale").doubleValue()));
        }
        var components = new ArrayList<double[]>();
        for (JsonNode vector : member(node, "components")) {
            double[] component = numbers(vector);
            check("reconstruction", "a component", component.length, columns.size());
            components.add(component);
        }
        double[] residuals = numbers(node.path("residuals"));
        if (node.has("residuals")) {
            check("reconstruction", "residuals", residuals.length, columns.size());
        }
        return new PrincipalComponents(columns, components.toArray(double[][]::new), residuals);
    }

    private static SegmentReference segment(
            JsonNode node, @Nullable PrincipalComponents components) {
        String segment = text(node, "segment");
        if (segment.isEmpty()) {
            throw new IllegalArgumentException(
                    "segment of one of segments is empty; it must be a value");
        }
        double[] residuals = numbers(node.path("residuals"));
        if (node.has("residuals")) {
            check(
                    segment,
                    "residuals",
                    residuals.length,
                    components == null ? 0 : components.columns().size());
        }
        return new SegmentReference(segment, allSeries(node), residuals);
    }

    private static List<FeatureReference> allSeries(JsonNode node) {
        var series = new ArrayList<FeatureReference>();
        for (JsonNode one : member(node, "series")) {
            series.add(series(one));
        }
        return series;
    }

    private static FeatureReference series(JsonNode node) {
        String name = text(node, "name");
        Role role = role(text(node, "role"));
        long rows = member(node, "rows").longValue();
        long missing = member(node, "missing").longValue();
        String kind = text(node, "kind");
        long[] counts = counts(member(node, "counts"));
        if (kind.equals("categorical")) {
            List<String> top = texts(member(node, "top"));
            check(name, "counts", counts.length, top.size());
            return new CategoryReference(
                    name,
                    role,
                    rows,
                    missing,
                    top,
                    counts,
                    texts(member(node, "others")),
                    member(node, "other").longValue(),
                    // A profile from before this was counted expects nothing new.
                    node.path("once").longValue(),
                    member(node, "complete").booleanValue(),
                    node.has("known") ? known(node) : null);
        }
        if (!kind.equals("numeric")) {
            throw new IllegalArgumentException(
                    "the kind of %s is '%s'; it must be numeric or categorical"
                            .formatted(name, kind));
        }
        double[] edges = numbers(member(node, "edges"));
        double[] points = numbers(member(node, "points"));
        check(name, "counts", counts.length, edges.length + 1);
        check(name, "points", points.length, edges.length + 1);
        return new NumericReference(
                name,
                role,
                rows,
                missing,
                numbers(member(node, "deciles")),
                edges,
                counts,
                points,
                number(member(node, "min")),
                number(member(node, "max")),
                number(member(node, "mean")),
                number(member(node, "std")),
                number(member(node, "rank_error")));
    }

    private static KnownCategories known(JsonNode node) {
        try {
            return KnownCategories.read(member(node, "known").binaryValue());
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "known of %s is no base64; it must be".formatted(text(node, "name")), e);
        }
    }

    private static void check(String name, String list, int length, int expected) {
        if (length != expected) {
            throw new IllegalArgumentException(
                    "%s of %s has %d elements; it must have %d"
                            .formatted(list, name, length, expected));
        }
    }

    private static Role role(String written) {
        for (Role role : Role.values()) {
            if (role.name().toLowerCase(Locale.ROOT).equals(written)) {
                return role;
            }
        }
        throw new IllegalArgumentException(
                "role is '%s'; it must be feature, score, decision or reconstruction"
                        .formatted(written));
    }

    private static JsonNode member(JsonNode node, String name) {
        JsonNode member = node.path(name);
        if (member.isMissingNode()) {
            throw new IllegalArgumentException(
                    "it has no %s; it must have one, as a profile of format %s"
                            .formatted(name, FORMAT));
        }
        return member;
    }

    private static String text(JsonNode node, String name) {
        JsonNode member = member(node, name);
        if (!member.isTextual()) {
            throw new IllegalArgumentException("%s is no text; it must be".formatted(name));
        }
        return member.textValue();
    }

    private static List<String> texts(JsonNode array) {
        var texts = new ArrayList<String>();
        array.forEach(element -> texts.add(element.asText()));
        return texts;
    }

    private static double number(JsonNode node) {
        return node.isNull() ? Double.NaN : node.doubleValue();
    }

    private static double[] numbers(JsonNode array) {
        var numbers = new double[array.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = number(array.path(i));
        }
        return numbers;
    }

    private static long[] counts(JsonNode array) {
        var counts = new long[array.size()];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = array.path(i).longValue();
        }
        return counts;
    }

    private static byte[] bytes(ObjectNode tree) {
        try {
            return JSON.writeValueAsBytes(tree);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain values can be written", e);
        }
    }

    private static String digest(ObjectNode tree) {
        try {
            var sha = MessageDigest.getInstance("SHA-256");
            return "sha256:" + HexFormat.of().formatHex(sha.digest(bytes(tree)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
