package io.millrace.spec;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** One reading of one file: the problems found so far, and where everything stands. */
final class Reading {

    /** With aliases, a small file can have a great many nodes; this is enough for any pipeline. */
    private static final int MOST_NODES = 20_000;

    private static final CoreSchema SCHEMA = new CoreSchema();

    private final Function<String, @Nullable String> variables;
    private final List<Problem> problems = new ArrayList<>();
    private final Map<String, Location> locations = new HashMap<>();
    private int nodes;

    Reading(Function<String, @Nullable String> variables) {
        this.variables = variables;
    }

    /** A scalar with its variables filled in, and the tag of the result. */
    record Scalar(String text, Tag tag) {}

    void problem(Location at, String path, String message) {
        problems.add(new Problem(at.line(), at.column(), path, message));
    }

    void problem(Node node, String path, String message) {
        problem(locationOf(node), path, message);
    }

    void problem(Located<?> value, String message) {
        problem(value.at(), value.path(), message);
    }

    /** What is not what it must be. */
    void mismatch(Node node, String path, String mustBe) {
        problem(node, path, "is %s; it must be %s".formatted(describe(node), mustBe));
    }

    /** All problems in the order of the file, each once. */
    List<Problem> problems() {
        return problems.stream()
                .distinct()
                .sorted(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column))
                .toList();
    }

    boolean hasProblems() {
        return !problems.isEmpty();
    }

    /** Whether something at a path or below it has been reported. */
    boolean hasProblemUnder(String path) {
        return problems.stream()
                .map(Problem::path)
                .anyMatch(at -> at.equals(path) || at.startsWith(path + "."));
    }

    /** Where the value at a path stands. */
    Location location(String path) {
        return locations.getOrDefault(path, Location.START);
    }

    Map<String, Location> locations() {
        return locations;
    }

    void locate(String path, Location at) {
        locations.put(path, at);
    }

    /** Counts a node; false once there are too many of them. */
    boolean admit(Node node, String path) {
        nodes++;
        if (nodes == MOST_NODES) {
            problem(node, path, "is one of over %d values; aliases?".formatted(MOST_NODES));
        }
        return nodes < MOST_NODES;
    }

    <T> Located<T> located(T value, Node node, String path) {
        Location at = locationOf(node);
        if (!(node instanceof ScalarNode scalar) || node.getEndMark().isEmpty()) {
            return new Located<>(value, path, at, false);
        }
        int quote = scalar.isPlain() ? 0 : 1;
        Mark end = node.getEndMark().get();
        boolean oneLine = end.getLine() + 1 == at.line();
        int width = end.getColumn() + 1 - at.column();
        boolean verbatim =
                oneLine
                        && value instanceof String text
                        && text.equals(scalar.getValue())
                        && width == text.length() + 2 * quote;
        return verbatim
                ? new Located<>(value, path, new Location(at.line(), at.column() + quote), true)
                : new Located<>(value, path, at, false);
    }

    /** The scalar's text, or null after having reported a variable that is not set. */
    @Nullable Scalar scalar(ScalarNode node, String path) {
        String text = node.getValue();
        if (!text.contains("${")) {
            return new Scalar(text, node.getTag());
        }
        List<String> unset = new ArrayList<>();
        String filled = Variables.fill(text, variables, unset);
        if (!unset.isEmpty()) {
            String name = unset.get(0);
            problem(
                    node,
                    path,
                    "needs the variable %s, which is not set; set it, or write ${%s:-default}"
                            .formatted(name, name));
            return null;
        }
        Tag tag = node.isPlain() ? SCHEMA.getScalarResolver().resolve(filled, true) : node.getTag();
        return new Scalar(filled, tag);
    }

    /**
     * A text with its variables filled in, except for what is known otherwise.
     *
     * @param known the value of a name that is no variable, or null
     * @param unset takes the names that are neither
     */
    String fill(String text, Function<String, @Nullable String> known, List<String> unset) {
        return Variables.fill(
                text,
                name -> {
                    String value = known.apply(name);
                    return value == null ? variables.apply(name) : value;
                },
                unset);
    }

    static Location locationOf(Node node) {
        return node.getStartMark()
                .map(mark -> new Location(mark.getLine() + 1, mark.getColumn() + 1))
                .orElse(Location.START);
    }

    static String describe(Node node) {
        if (node instanceof MappingNode) {
            return "a mapping";
        }
        if (node instanceof SequenceNode) {
            return "a list";
        }
        ScalarNode scalar = (ScalarNode) node;
        if (scalar.getTag().equals(Tag.NULL)) {
            return "empty";
        }
        String text = scalar.getValue();
        return "`" + (text.length() > 60 ? text.substring(0, 60) + "…" : text) + "`";
    }
}
