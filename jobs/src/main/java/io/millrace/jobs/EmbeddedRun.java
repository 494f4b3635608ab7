package io.millrace.jobs;

import io.millrace.jobs.local.LocalFlink;
import io.millrace.jobs.pipeline.RunningJob;
import io.millrace.jobs.terminal.CommandFailure;
import io.millrace.jobs.terminal.ExitCode;
import io.millrace.jobs.terminal.Interrupts;
import io.millrace.jobs.terminal.Terminal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.runtime.jobgraph.JobGraph;

/** A job in this process, from its start until it fails or somebody stops it. */
final class EmbeddedRun {
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);

    private final Terminal terminal;
    private final LocalFlink flink;
    private final Path home;
    private final String resume;
    private final AtomicInteger asked = new AtomicInteger();

    /**
     * A run that has not begun.
     *
     * @param home where state goes
     * @param resume what to type to go on from a savepoint, up to the savepoint
     */
    EmbeddedRun(Terminal terminal, LocalFlink flink, Path home, String resume) {
        this.terminal = terminal;
        this.flink = flink;
        this.home = home;
        this.resume = resume;
    }

    int run(JobGraph graph) throws InterruptedException {
        try (var interrupts = Interrupts.call(this::ask)) {
            RunningJob job = RunningJob.submit(flink.client(), graph);
            terminal.line("  %s %s", terminal.dim("web UI  "), flink.webAddress());
            terminal.line("  %s %s", terminal.dim("metrics "), flink.metricsAddress());
            terminal.line("  %s %s", terminal.dim("state   "), home);
            watch(job);
            return stop(job);
        }
    }

    /** The first time asks for a savepoint; the second ends the process at once. */
    private void ask(int exitCode) {
        if (!asked.compareAndSet(0, exitCode)) {
            terminal.line(
                    "Stopped at once. Its last checkpoint is in %s.", home.resolve("checkpoints"));
            Runtime.getRuntime().halt(exitCode);
        }
    }

    /** Until somebody asks it to stop. Says when it begins to run, fails, and recovers. */
    private void watch(RunningJob job) throws InterruptedException {
        boolean ran = false;
        String said = "";
        while (asked.get() == 0) {
            JobStatus status = job.status();
            if (status.isGloballyTerminalState()) {
                String failure = job.failure();
                throw CommandFailure.failed(
                        "the job ended: %s", failure == null ? status.name() : failure);
            }
            boolean running = flink.isRunning(job.id());
            if (running && !ran) {
                terminal.line("Running. Ctrl-C stops with a savepoint; twice, at once.");
            }
            String failure = flink.failure(job.id());
            if (failure != null && !running && !failure.equals(said)) {
                terminal.line("%s %s; trying again", terminal.red("Failed:"), failure);
                said = failure;
            }
            ran = running;
            Thread.sleep(LOOK_EVERY.toMillis());
        }
    }

    private int stop(RunningJob job) {
        terminal.line("");
        terminal.line("Stopping with a savepoint …");
        try {
            String savepoint = job.stopWithSavepoint(null);
            terminal.line("Stopped. To go on from here:");
            terminal.line("  %s%s", resume, savepoint);
        } catch (CommandFailure e) {
            terminal.line("No savepoint could be taken: %s", String.valueOf(e.getMessage()));
            terminal.line("Its last checkpoints are in %s.", home.resolve("checkpoints"));
            return ExitCode.FAILED;
        }
        return asked.get();
    }
}
