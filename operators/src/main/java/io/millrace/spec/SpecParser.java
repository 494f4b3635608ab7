package io.millrace.spec;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * Reads a pipeline's file. The file is not trusted: its size, depth and aliases are bounded, and no
 * tag makes anything.
 */
public final class SpecParser {

    private static final int MOST_CHARACTERS = 1_000_000;
    private static final int MOST_LEVELS = 32;
    private static final int MOST_VISITS = 100_000;

    private static final LoadSettings SETTINGS =
            LoadSettings.builder()
                    .setSchema(new CoreSchema())
                    .setCodePointLimit(MOST_CHARACTERS)
                    .setUseMarks(true)
                    .build();

    private static final List<Tag> PLAIN_TAGS =
            List.of(Tag.STR, Tag.INT, Tag.FLOAT, Tag.BOOL, Tag.NULL, Tag.MAP, Tag.SEQ, Tag.ENV_TAG);

    private final String file;
    private final Path directory;
    private final String text;
    private final Reading reading;
    private int visits;

    private SpecParser(Path file, String text, Function<String, @Nullable String> variables) {
        Path name = file.getFileName();
        this.file = name == null ? file.toString() : name.toString();
        Path parent = file.getParent();
        this.directory = parent == null ? Path.of("") : parent;
        this.text = text;
        this.reading = new Reading(variables);
    }

    /**
     * The pipeline that a file describes.
     *
     * @param file where the text is from; relative paths in it count from there
     * @param text the file's content, YAML
     * @param variables the value of a variable, or null where it is not set
     * @throws SpecException with every mistake in it
     */
    public static ParsedSpec parse(
            Path file, String text, Function<String, @Nullable String> variables) {
        return new SpecParser(file, text, variables).parse();
    }

    private ParsedSpec parse() {
        Node root = compose();
        if (root == null || !isPlain(root, 0)) {
            throw refusal();
        }
        reading.locate("", Reading.locationOf(root));
        Section section = PipelineKeys.PIPELINE.read(root, "", reading);
        if (section == null) {
            throw refusal();
        }
        PipelineSpec spec = new PipelineReader(section, directory, reading).read();
        if (reading.hasProblems()) {
            throw refusal();
        }
        return new ParsedSpec(spec, locations());
    }

    private SpecException refusal() {
        return locations().exception(reading.problems());
    }

    private Locations locations() {
        return new Locations(file, text, reading.locations());
    }

    private @Nullable Node compose() {
        try {
            Node root = new Compose(SETTINGS).composeString(text).orElse(null);
            if (root == null) {
                reading.problem(
                        Location.START, "", "the file is empty; it must describe a pipeline");
            }
            return root;
        } catch (MarkedYamlEngineException e) {
            Location at =
                    e.getProblemMark()
                            .or(e::getContextMark)
                            .map(mark -> new Location(mark.getLine() + 1, mark.getColumn() + 1))
                            .orElse(Location.START);
            reading.problem(at, "", "the file is not YAML: " + e.getProblem());
        } catch (YamlEngineException e) {
            reading.problem(Location.START, "", "the file is not YAML: " + e.getMessage());
        } catch (StackOverflowError e) {
            // The composer recurses; a megabyte of brackets is deeper than a stack.
            reading.problem(Location.START, "", tooDeep());
        }
        return null;
    }

    /** Refuses tags, and what is too deep or, through aliases, too large to read. */
    private boolean isPlain(Node node, int level) {
        visits++;
        if (level > MOST_LEVELS || visits > MOST_VISITS) {
            reading.problem(
                    node,
                    "",
                    level > MOST_LEVELS ? tooDeep() : "the file has too many values; aliases?");
            return false;
        }
        boolean plain = PLAIN_TAGS.contains(node.getTag());
        if (!plain) {
            reading.problem(
                    node,
                    "",
                    "the tag %s is not allowed; leave it out".formatted(node.getTag().getValue()));
        }
        if (node instanceof MappingNode mapping) {
            for (NodeTuple entry : mapping.getValue()) {
                if (!isPlain(entry.getKeyNode(), level + 1)
                        || !isPlain(entry.getValueNode(), level + 1)) {
                    return false;
                }
            }
        } else if (node instanceof SequenceNode sequence) {
            for (Node item : sequence.getValue()) {
                if (!isPlain(item, level + 1)) {
                    return false;
                }
            }
        }
        return plain;
    }

    private static String tooDeep() {
        return "the file nests deeper than %d levels".formatted(MOST_LEVELS);
    }
}
