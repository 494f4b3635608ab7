package io.millrace.jobs;

import io.millrace.jobs.backfill.Backfill;
import io.millrace.jobs.backfill.BackfillConfig;
import io.millrace.jobs.backfill.BackfillSummary;
import io.millrace.jobs.backfill.Counts;
import io.millrace.jobs.backfill.History;
import io.millrace.jobs.backfill.TrainingSetFormat;
import io.millrace.jobs.pipeline.PipelineFile;
import io.millrace.jobs.terminal.CommandFailure;
import io.millrace.jobs.terminal.ExitCode;
import io.millrace.jobs.terminal.Terminal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes a training set of a pipeline's history. */
@Command(
        name = "backfill",
        mixinStandardHelpOptions = true,
        description = {
            "Computes a pipeline's features over its past, as the stream would have, and writes a"
                    + " training set:",
            "a row per event with its features, and its label where one is known. Reads files, or"
                    + " else the pipeline's topics.",
            "Exit code: 0 written, 1 failed, 2 bad input; nothing is left half-written."
        })
final class BackfillCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin private PipelineArgument pipeline = new PipelineArgument();
    @Mixin private ParallelismArgument width = new ParallelismArgument();
    @Mixin private HistoryArguments histories = new HistoryArguments();

    @Option(
            names = "--output",
            paramLabel = "DIR",
            required = true,
            description = "Where the training set goes: a folder that does not exist yet.")
    private @Nullable Path output;

    @Option(
            names = "--write",
            paramLabel = "FORMAT",
            split = ",",
            description = "How it is written: ${COMPLETION-CANDIDATES}. Default: all of them.")
    private List<TrainingSetFormat> formats = List.of(TrainingSetFormat.values());

    @Option(
            names = "--labels-until",
            paramLabel = "TIME",
            description =
                    "The last label time that counts as an event's label. Default: all labels.")
    private @Nullable String labelsUntil;

    BackfillCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        int parallelism = width.checked();
        PipelineFile file = pipeline.read();
        Path folder = Objects.requireNonNull(output);
        if (Files.exists(folder)) {
            throw CommandFailure.badInput(
                    "--output %s exists; it must be a folder that does not", folder);
        }
        var config =
                new BackfillConfig(
                        folder,
                        formats.stream().distinct().toList(),
                        histories.fromMillis(),
                        histories.toMillis(),
                        labelsUntil == null
                                ? Long.MAX_VALUE
                                : TimeArgument.millis("--labels-until", labelsUntil),
                        parallelism);
        History events = histories.events(file.spec());
        History labels = histories.labels(file.spec());
        long begun = System.nanoTime();
        try (var scratch = Scratch.create("backfill")) {
            Log.to(scratch.folder().resolve("millrace.log"));
            var backfill = new Backfill(file, events, labels, config);
            terminal.line(
                    "%s  backfilled from %s",
                    terminal.bold(file.spec().features().view()),
                    labels == null
                            ? events.described()
                            : events.described() + " and " + labels.described());
            Counts counts = backfill.run(terminal, scratch.folder());
            new BackfillSummary(terminal, file.spec(), config)
                    .write(counts, (System.nanoTime() - begun) / 1e9);
        }
        return ExitCode.OK;
    }
}
