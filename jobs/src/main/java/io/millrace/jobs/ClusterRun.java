package io.millrace.jobs;

import io.millrace.jobs.pipeline.RunningJob;
import io.millrace.jobs.terminal.CommandFailure;
import io.millrace.jobs.terminal.ExitCode;
import io.millrace.jobs.terminal.Interrupts;
import io.millrace.jobs.terminal.Terminal;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.client.program.ClusterClient;
import org.apache.flink.runtime.jobgraph.JobGraph;

/**
 * A job on a cluster that runs elsewhere: submitted, and watched until it ends or somebody leaves.
 */
final class ClusterRun {
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);

    private final Terminal terminal;
    private final ClusterClient<?> client;
    private final String address;
    private final String resume;
    private final AtomicInteger asked = new AtomicInteger();

    /**
     * A run that has not begun.
     *
     * @param resume what to type to go on from a savepoint, up to the savepoint
     */
    ClusterRun(Terminal terminal, ClusterClient<?> client, String address, String resume) {
        this.terminal = terminal;
        this.client = client;
        this.address = address;
        this.resume = resume;
    }

    int run(JobGraph graph, boolean detached) throws InterruptedException {
        RunningJob job = RunningJob.submit(client, graph);
        terminal.line("  %s %s", terminal.dim("job     "), job.id());
        terminal.line("  %s %s/#/job/%s", terminal.dim("web UI  "), address, job.id());
        if (detached) {
            commands(job);
            return ExitCode.OK;
        }
        try (var interrupts = Interrupts.call(this::ask)) {
            watch(job);
            return terminal.live() ? choose(job) : detach(job);
        }
    }

    private void ask(int exitCode) {
        if (!asked.compareAndSet(0, exitCode)) {
            Runtime.getRuntime().halt(exitCode);
        }
    }

    private void watch(RunningJob job) throws InterruptedException {
        JobStatus said = null;
        while (asked.get() == 0) {
            JobStatus status = job.status();
            if (status != said) {
                terminal.line("%s", status);
                said = status;
            }
            if (status.isGloballyTerminalState()) {
                String failure = job.failure();
                throw CommandFailure.failed(
                        "the job ended: %s", failure == null ? status.name() : failure);
            }
            Thread.sleep(LOOK_EVERY.toMillis());
        }
    }

    private int choose(RunningJob job) {
        terminal.line("");
        terminal.line(
                "The job runs on the cluster. [s]top it with a savepoint, [d]etach and let it run,"
                        + " or [c]ancel it?");
        // Not closed: it is the process's own.
        var answers =
                new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
        try {
            String answer = answers.readLine();
            if (answer != null && answer.strip().startsWith("s")) {
                String savepoint = job.stopWithSavepoint(null);
                terminal.line("Stopped. To go on from here:");
                terminal.line("  %s%s", resume, savepoint);
                return asked.get();
            }
            if (answer != null && answer.strip().startsWith("c")) {
                job.cancel();
                terminal.line("Cancelled. Its last checkpoint stays.");
                return asked.get();
            }
        } catch (IOException e) {
            terminal.line("The answer could not be read: %s", String.valueOf(e.getMessage()));
        }
        return detach(job);
    }

    private int detach(RunningJob job) {
        terminal.line("Detached; the job runs on.");
        commands(job);
        return asked.get();
    }

    private void commands(RunningJob job) {
        String jobs = address + "/jobs/" + job.id();
        terminal.line("To stop it with a savepoint:");
        terminal.line(
                "  curl -X POST %s/stop -H 'Content-Type: application/json' -d '{\"drain\":"
                        + " false}'",
                jobs);
        terminal.line("To cancel it:");
        terminal.line("  curl -X PATCH %s?mode=cancel", jobs);
        terminal.line("To go on from a savepoint:");
        terminal.line("  %s<savepoint>", resume);
    }
}
