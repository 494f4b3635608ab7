package io.millrace.jobs;

import io.millrace.jobs.bootstrap.Bootstrap;
import io.millrace.jobs.bootstrap.OlderFiles;
import io.millrace.jobs.pipeline.PipelineFile;
import io.millrace.jobs.pipeline.Savepoint;
import io.millrace.jobs.terminal.CommandFailure;
import io.millrace.jobs.terminal.ExitCode;
import io.millrace.jobs.terminal.Interrupted;
import io.millrace.jobs.terminal.Terminal;
import io.millrace.registry.ModelVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Gives new features their state before the job that has them starts. */
@Command(
        name = "bootstrap",
        mixinStandardHelpOptions = true,
        description = {
            "Makes a savepoint for a pipeline whose features have changed, out of its job's"
                    + " savepoint and",
            "the records that the job has read: new windows are full from their first event on.",
            "They are read from the pipeline's topics; --events and --labels name files of what"
                    + " retention has deleted.",
            "What waited for the watermark goes on to wait; all other state stays as it is.",
            "Exit code: 0 written, 1 failed, 2 bad input; nothing is left half-written."
        })
final class BootstrapCommand implements Callable<Integer> {
    private static final int TENTHS = 10;

    private final Terminal terminal;

    @Mixin private PipelineArgument pipeline = new PipelineArgument();
    @Mixin private ParallelismArgument width = new ParallelismArgument();
    @Mixin private OlderFilesArguments older = new OlderFilesArguments();

    @Option(
            names = "--savepoint",
            required = true,
            paramLabel = "PATH",
            description = "The savepoint with which the job was stopped.")
    private String savepoint = "";

    @Option(
            names = "--output",
            required = true,
            paramLabel = "PATH",
            description = "Where the new savepoint goes: a folder that does not exist.")
    private Path output = Path.of("");

    private long saidTenths;

    BootstrapCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        int parallelism = width.checked();
        if (Files.exists(output)) {
            throw CommandFailure.badInput(
                    "--output is %s, which exists; it must be a new folder", output);
        }
        PipelineFile file = pipeline.read();
        OlderFiles files = older.of(file.spec());
        var from = Savepoint.at(savepoint);
        try (var scratch = Scratch.create("bootstrap")) {
            Log.to(scratch.folder().resolve("bootstrap.log"));
            terminal.line(
                    "%s  %s",
                    terminal.bold(file.spec().pipeline()),
                    file.models(scratch.folder()).stream()
                            .map(ModelVersion::toString)
                            .collect(Collectors.joining(", ")));
            Kafka.check(file.spec(), pipeline.typed());
            long begin = System.nanoTime();
            Bootstrap.Counts read =
                    new Bootstrap(file.spec(), from, files, parallelism, scratch.folder())
                            .run(output, this::say);
            terminal.line(
                    "Read %,d records%s in %d s%s. To go on with the new features:",
                    read.records(),
                    read.rows() == 0 ? "" : " and %,d rows of files".formatted(read.rows()),
                    Duration.ofNanos(System.nanoTime() - begin).toSeconds(),
                    read.isWhole() ? "" : "; windows that begin before the first of them warm");
            terminal.line(
                    "  ./millrace run %s --from-savepoint %s", pipeline.typed(), output.toUri());
        } catch (Interrupted e) {
            terminal.line("Stopped; nothing is left behind.");
            throw e;
        }
        return ExitCode.OK;
    }

    private void say(long records, long all) {
        long tenths = all == 0 ? 0 : TENTHS * records / all;
        if (tenths > saidTenths) {
            saidTenths = tenths;
            terminal.line("  %,d of %,d records", records, all);
        }
    }
}
