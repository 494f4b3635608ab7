package io.millrace.jobs;

import io.millrace.jobs.demo.Demo;
import io.millrace.jobs.demo.DemoConfig;
import io.millrace.jobs.pipeline.JobCluster;
import io.millrace.jobs.terminal.CommandFailure;
import io.millrace.jobs.terminal.ExitCode;
import io.millrace.jobs.terminal.Interrupted;
import io.millrace.jobs.terminal.Interrupts;
import io.millrace.jobs.terminal.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows a pipeline at work. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = {
            "Starts a Kafka broker and a Flink cluster in this process, sends simulated card"
                    + " transactions and",
            "their delayed labels, and scores them with the fraud model of"
                    + " jobs/pipelines/card-fraud.yaml.",
            "Everything is on free ports and in a temporary folder, and gone in the end."
        })
final class DemoCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Option(
            names = "--events",
            paramLabel = "N",
            defaultValue = "150000",
            description = "How many transactions. Default: 150000.")
    private int events;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "2500",
            description = "How many a second, or max. Default: 2500.")
    private String rate = "";

    @Option(
            names = "--bad",
            paramLabel = "SHARE",
            defaultValue = "0.01",
            description = "Malformed, broken, late and doubled rows per good one. Default: 0.01.")
    private double bad;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Which of all possible histories. Default: 1.")
    private long seed;

    @Option(
            names = "--parallelism",
            paramLabel = "N",
            defaultValue = "2",
            description = "How many subtasks each stage has. Default: 2.")
    private int parallelism;

    @Option(names = "--keep", description = "Leave everything running afterwards, until Ctrl-C.")
    private boolean keep;

    @Option(
            names = "--report",
            paramLabel = "FILE",
            description = "Write what the monitor saw as one HTML page in the end.")
    private @Nullable Path report;

    DemoCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        DemoConfig config = config();
        Path pipeline = JobCluster.jobJar().resolveSibling("pipelines").resolve("card-fraud.yaml");
        Thread runner = Thread.currentThread();
        var asked = new AtomicInteger();
        try (var scratch = Scratch.create("demo");
                var interrupts =
                        Interrupts.call(
                                exitCode -> {
                                    if (!asked.compareAndSet(0, exitCode)) {
                                        scratch.close();
                                        Runtime.getRuntime().halt(exitCode);
                                    }
                                    runner.interrupt();
                                })) {
            Log.to(scratch.folder().resolve("millrace.log"));
            return run(config, pipeline, scratch, asked);
        }
    }

    private int run(DemoConfig config, Path pipeline, Scratch scratch, AtomicInteger asked)
            throws IOException {
        try (var demo = new Demo(config, pipeline, scratch.folder(), terminal)) {
            return demo.run() ? ExitCode.OK : ExitCode.FAILED;
        } catch (InterruptedException | RuntimeException e) {
            // What is interrupted while it waits says so in many ways.
            if (asked.get() != 0) {
                terminal.line("");
                terminal.line("Stopped; nothing is left behind.");
                throw new Interrupted(asked.get());
            }
            keepLog(scratch);
            throw e instanceof RuntimeException failure ? failure : new IllegalStateException(e);
        }
    }

    /** The folder goes; what is needed to understand a failure stays. */
    private void keepLog(Scratch scratch) throws IOException {
        Path log = scratch.folder().resolve("millrace.log");
        if (Files.exists(log)) {
            terminal.line("");
            terminal.line("The log of this demo is %s", scratch.keep(log));
        }
    }

    private DemoConfig config() {
        if (report != null) {
            ReportCommand.refuse("--report", report);
        }
        try {
            return new DemoConfig(
                    events,
                    rate.equals("max") ? 0 : Integer.parseInt(rate),
                    bad,
                    seed,
                    parallelism,
                    keep,
                    report);
        } catch (NumberFormatException e) {
            throw CommandFailure.badInput(
                    "--rate is %s; it must be a number of events a second, or max", rate);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.badInput("%s", String.valueOf(e.getMessage()));
        }
    }
}
