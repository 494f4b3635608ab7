package io.millrace.jobs;

import io.millrace.jobs.backfill.FileHistory;
import io.millrace.jobs.backfill.History;
import io.millrace.jobs.backfill.TopicHistory;
import io.millrace.jobs.backfill.TopicHistory.Until;
import io.millrace.jobs.parity.Difference;
import io.millrace.jobs.parity.Parity;
import io.millrace.jobs.parity.ParityConfig;
import io.millrace.jobs.parity.ParityReport;
import io.millrace.jobs.parity.ParitySummary;
import io.millrace.jobs.parity.Refusals;
import io.millrace.jobs.parity.Scores;
import io.millrace.jobs.terminal.CommandFailure;
import io.millrace.jobs.terminal.ExitCode;
import io.millrace.jobs.terminal.Terminal;
import io.millrace.sink.TopicPlan;
import io.millrace.source.FileFormat;
import io.millrace.source.SourceConfig;
import io.millrace.spec.PipelineSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Says whether the stream computes what a backfill does. */
@Command(
        name = "parity",
        mixinStandardHelpOptions = true,
        description = {
            "Compares the features that were logged with a pipeline's scores with a backfill of the"
                    + " same events,",
            "feature by feature and to the bit, and says which rows differ and why. Needs"
                    + " include-features: true.",
            "Exit code: 0 where nothing differs beyond --tolerance, 1 where something does."
        })
final class ParityCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin private PipelineArgument pipeline = new PipelineArgument();
    @Mixin private ParallelismArgument width = new ParallelismArgument();
    @Mixin private HistoryArguments histories = new HistoryArguments();

    @Option(
            names = "--scores",
            paramLabel = "PATH",
            arity = "1..*",
            description = "Files of scores, a JSON object per line. Default: the topic of scores.")
    private List<Path> scoreFiles = new ArrayList<>();

    @Option(
            names = "--tolerance",
            paramLabel = "N",
            defaultValue = "0",
            description = "How far two values may lie apart. Default: 0, equal to the bit.")
    private double tolerance;

    ParityCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        int parallelism = width.checked();
        if (!(tolerance >= 0)) {
            throw CommandFailure.badInput("--tolerance is %s; it must be 0 or more", tolerance);
        }
        long fromMillis = histories.fromMillis();
        long toMillis = histories.toMillis();
        PipelineSpec spec = pipeline.read().spec();
        if (!spec.output().includeFeatures() && scoreFiles.isEmpty()) {
            throw CommandFailure.badInput(
                    "%s logs no features with its scores; set include-features: true under output",
                    pipeline.path());
        }
        SourceConfig topic =
                SourceConfig.from(spec.pipeline(), spec.kafka(), spec.events().stream(), "events");
        History events = histories.events(spec);
        boolean byCoordinates = events instanceof TopicHistory && scoreFiles.isEmpty();
        var config =
                new ParityConfig(
                        scores(spec),
                        events,
                        histories.labels(spec),
                        byCoordinates ? Refusals.of(spec, Kafka.TIMEOUT) : Refusals.none(),
                        topic.topic(),
                        byCoordinates,
                        fromMillis,
                        toMillis,
                        tolerance,
                        parallelism);
        try (var scratch = Scratch.create("parity")) {
            Log.to(scratch.folder().resolve("millrace.log"));
            terminal.line(
                    "%s  logged in %s, computed from %s",
                    terminal.bold(spec.features().view()),
                    config.scores().described(),
                    events.described());
            ParityReport report = new Parity(spec, config).run(terminal, scratch.folder());
            new ParitySummary(terminal, spec, tolerance)
                    .write(report, row -> byCoordinates ? input(topic, row) : null);
            return report.holds() ? ExitCode.OK : ExitCode.FAILED;
        }
    }

    private static @Nullable String input(SourceConfig topic, Difference row) {
        return TopicHistory.record(topic, row.partition(), row.offset(), Kafka.TIMEOUT);
    }

    private History scores(PipelineSpec spec) {
        if (!scoreFiles.isEmpty()) {
            return new FileHistory(scoreFiles, FileFormat.JSON);
        }
        if (!TopicPlan.of(spec).missing(Kafka.TIMEOUT).isEmpty()) {
            throw CommandFailure.failed(
                    "there are no scores in Kafka at %s; create the topics with: ./millrace topics"
                            + " %s",
                    spec.kafka().bootstrapServers(), pipeline.typed());
        }
        return TopicHistory.of(Scores.topic(spec), Until.LATEST, Kafka.TIMEOUT);
    }
}
