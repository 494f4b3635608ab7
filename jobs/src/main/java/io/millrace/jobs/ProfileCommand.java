package io.millrace.jobs;

import io.millrace.inference.RowScorer;
import io.millrace.inference.UnfitModelException;
import io.millrace.jobs.pipeline.EventTimeRange;
import io.millrace.jobs.pipeline.PipelineFile;
import io.millrace.jobs.profile.ProfileSummary;
import io.millrace.jobs.profile.ServedRows;
import io.millrace.jobs.terminal.CommandFailure;
import io.millrace.jobs.terminal.ExitCode;
import io.millrace.jobs.terminal.Sentence;
import io.millrace.jobs.terminal.Terminal;
import io.millrace.monitor.ProfileBuilder;
import io.millrace.monitor.ReferenceProfile;
import io.millrace.registry.ModelRegistry;
import io.millrace.registry.ModelRegistryException;
import io.millrace.registry.ModelVersion;
import io.millrace.source.FileFormat;
import io.millrace.source.HistoryFile;
import io.millrace.source.NumberFiles;
import io.millrace.spec.DecisionSpec;
import io.millrace.spec.FeatureOrder;
import io.millrace.spec.FeaturesSpec.FeatureSpec;
import io.millrace.spec.ModelName;
import io.millrace.spec.PipelineSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes the reference profile of a model version. */
@Command(
        name = "profile",
        mixinStandardHelpOptions = true,
        description = {
            "Makes the reference profile of a model version: what its features, scores and"
                    + " decisions were like when it was trained.",
            "Without --output it goes beside the version in its registry. A running job compares"
                + " the windows after that with it; one that replaces another is taken up when the"
                + " job starts again.",
            "Exit code: 0 written, 1 failed, 2 bad input."
        })
final class ProfileCommand implements Callable<Integer> {
    private static final String EVENT_TIME = "event_time";
    private static final String WARMING = "warming";
    private static final String LABEL = "label";
    private static final String SEGMENT = "segment";

    private final Terminal terminal;

    @Mixin private PipelineArgument pipeline = new PipelineArgument();

    @Option(
            names = "--training-set",
            paramLabel = "PATH",
            arity = "1..*",
            description = {
                "The rows that the version was trained on, as ./millrace backfill writes them:"
                        + " CSV or Parquet.",
                "Default: the rows that the pipeline has scored, from its topics."
            })
    private List<Path> files = new ArrayList<>();

    @Mixin private RangeArguments times = new RangeArguments();

    @Option(
            names = "--model",
            paramLabel = "NAME/VERSION",
            description = "The version. Default: the one that the pipeline's alias points at.")
    private @Nullable String model;

    @Option(
            names = "--output",
            paramLabel = "FILE",
            description = "Where the profile goes. Default: beside the version.")
    private @Nullable Path output;

    @Option(
            names = "--dry-run",
            description =
                    "Writes nothing: says what the profile is like, and what it would replace.")
    private boolean isDryRun;

    private long leftOut;

    ProfileCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        PipelineFile file = pipeline.read();
        Rows rows = rows(file);
        try (var scratch = Scratch.create("profile")) {
            Log.to(scratch.folder().resolve("millrace.log"));
            var registry =
                    ModelRegistry.at(
                            file.spec().model().registry(), scratch.folder().resolve("models"));
            ModelVersion version = version(registry, file);
            var builder = build(file.spec(), registry, version, rows);
            ReferenceProfile profile = builder.build(version.name(), version.version());
            Optional<byte[]> before = output == null ? registry.profile(version) : read(output);
            String place = isDryRun ? "" : put(registry, version, profile);
            terminal.line(
                    "%s  profiled from %,d rows, %s",
                    terminal.bold(version.toString()), builder.rows(), profile.digest());
            for (String line :
                    ProfileSummary.lines(
                            profile, builder, leftOut, before, !isDryRun, output == null)) {
                terminal.line("  %s", line);
            }
            terminal.line("  %s", isDryRun ? "nothing is written" : place);
        } catch (ModelRegistryException | UnfitModelException e) {
            throw CommandFailure.badInput("%s", Sentence.of(e)).causedBy(e);
        }
        return ExitCode.OK;
    }

    private ModelVersion version(ModelRegistry registry, PipelineFile file) {
        var spec = file.spec().model();
        ModelVersion version = registered(registry, spec.name(), spec.alias());
        var differences = FeatureOrder.compare(file.parsed(), version.features());
        if (!differences.isEmpty()) {
            throw file.parsed().locations().exception(differences);
        }
        return version;
    }

    private ModelVersion registered(ModelRegistry registry, String name, String alias) {
        String wanted = model;
        if (wanted == null) {
            if (!ModelName.of(name).isOne()) {
                throw CommandFailure.badInput(
                        "model.name is of many models, %s; say which, and its version, with"
                                + " --model",
                        name);
            }
            return registry.require(name, alias);
        }
        int slash = wanted.lastIndexOf('/');
        if (slash < 1 || slash == wanted.length() - 1) {
            throw CommandFailure.badInput(
                    "--model is %s; it must be a name and a version, such as %s/1", wanted, name);
        }
        return registry.version(wanted.substring(0, slash), wanted.substring(slash + 1));
    }

    private static Optional<byte[]> read(Path file) throws IOException {
        return Files.exists(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
    }

    private String put(ModelRegistry registry, ModelVersion version, ReferenceProfile profile)
            throws IOException {
        if (output == null) {
            return registry.putProfile(version, profile.json());
        }
        write(output, profile.json());
        return output.toString();
    }

    /** Where rows come from; tells how many were left out. */
    private interface Rows {
        long forEach(String model, ServedRows.EachRow each);
    }

    private Rows rows(PipelineFile file) {
        PipelineSpec spec = file.spec();
        if (files.isEmpty()) {
            return served(file, times.range());
        }
        if (times.isGiven()) {
            throw CommandFailure.badInput(
                    "--from and --to are for topics, and --training-set names files; leave out one"
                            + " or the other");
        }
        // A set without labels is read all the same, and the scores are then not calibrated.
        List<String> columns =
                Stream.concat(
                                spec.features().vector().stream().map(FeatureSpec::name),
                                Stream.of(LABEL))
                        .toList();
        int width = columns.size() - 1;
        String segment = spec.segment() == null ? null : SEGMENT;
        var sets = files.stream().map(path -> HistoryFile.of(path, FileFormat.of(path))).toList();
        return (name, each) ->
                new NumberFiles(sets, columns, segment, EVENT_TIME, WARMING)
                        .forEach(
                                (row, value) ->
                                        each.accept(Arrays.copyOf(row, width), row[width], value));
    }

    private Rows served(PipelineFile file, EventTimeRange range) {
        PipelineSpec spec = file.spec();
        if (!spec.output().includeFeatures()) {
            throw CommandFailure.badInput(
                    "%s logs no features with its scores; set include-features: true under output,"
                            + " or name a --training-set",
                    pipeline.path());
        }
        return (name, each) -> {
            Kafka.refuseMissing(
                    "profile", spec, ServedRows.topics(spec)::contains, pipeline.typed());
            return ServedRows.forEach(spec, name, range, each);
        };
    }

    /** What is known of a row that waits for its score. */
    private record Known(double label, String segment) {}

    private ProfileBuilder build(
            PipelineSpec spec, ModelRegistry registry, ModelVersion version, Rows rows) {
        var builder = new ProfileBuilder(spec);
        DecisionSpec decision = spec.decision();
        Deque<Known> waiting = new ArrayDeque<>();
        try (var scorer =
                new RowScorer(
                        registry,
                        version,
                        score -> {
                            Known known = waiting.remove();
                            if (!Double.isNaN(score)) {
                                builder.add(
                                        score,
                                        score >= decision.threshold()
                                                ? decision.atOrAbove()
                                                : decision.below(),
                                        known.label(),
                                        known.segment());
                            }
                        })) {
            leftOut =
                    rows.forEach(
                            version.name(),
                            (features, label, segment) -> {
                                waiting.add(new Known(label, segment));
                                builder.add(features, segment);
                                scorer.add(features);
                            });
            scorer.flush();
        }
        if (builder.rows() == 0) {
            throw noRows();
        }
        return builder;
    }

    private CommandFailure noRows() {
        return files.isEmpty()
                ? CommandFailure.failed(
                        "the scores %s are none, or all warming; there must be some to profile",
                        times.range())
                : CommandFailure.badInput(
                        "--training-set has no row that is not warming; it must have some");
    }

    /** Whole or not at all: a running job may read it at any moment. */
    private static void write(Path place, byte[] bytes) throws IOException {
        Path part = place.resolveSibling("." + place.getFileName() + ".part");
        try {
            Files.write(part, bytes);
            Files.move(
                    part,
                    place,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(part);
        }
    }
}
