package io.millrace.jobs.backfill;

import io.millrace.jobs.local.LocalFlink;
import io.millrace.jobs.pipeline.RunningJob;
import io.millrace.jobs.terminal.CommandFailure;
import io.millrace.jobs.terminal.Interrupted;
import io.millrace.jobs.terminal.Interrupts;
import io.millrace.jobs.terminal.Terminal;
import io.millrace.source.EventTimeOrder;
import io.millrace.source.OutOfOrderException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.runtime.jobgraph.JobGraph;

/** A job with an end, in this process: started, shown while it runs, and gone when it has ended. */
public final class BatchRun {
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);

    /** Flink copies its whole account of the job each time it is asked for the counts. */
    private static final int LOOKS_PER_COUNT = 5;

    /** Some 150 bytes a row: a million events and their labels are sorted without files. */
    private static final MemorySize SORT_MEMORY = MemorySize.ofMebiBytes(512);

    private static final String NO_HEAP = OutOfMemoryError.class.getName() + ": Java heap space";

    private final Terminal terminal;
    private final Path scratch;
    private final AtomicInteger asked = new AtomicInteger();

    /**
     * A run that has not begun.
     *
     * @param scratch for what does not fit into memory
     */
    public BatchRun(Terminal terminal, Path scratch) {
        this.terminal = terminal;
        this.scratch = scratch;
    }

    /**
     * Runs a job to its end.
     *
     * @return what it has counted
     * @throws CommandFailure where it fails
     * @throws Interrupted where somebody asks for its end
     */
    public Counts run(JobGraph graph, int parallelism) throws InterruptedException {
        try {
            return runInOrder(graph, parallelism);
        } catch (UnorderedHistory e) {
            throw CommandFailure.failed("%s", String.valueOf(e.getMessage())).causedBy(e);
        }
    }

    /**
     * The same over rows {@linkplain EventTimeOrder#AS_READ as they are read}.
     *
     * @throws UnorderedHistory where that is not their event-time order
     */
    Counts runInOrder(JobGraph graph, int parallelism)
            throws InterruptedException, UnorderedHistory {
        try (var interrupts = Interrupts.call(this::ask);
                var flink = LocalFlink.startBatch(scratch, parallelism, SORT_MEMORY)) {
            RunningJob job = RunningJob.submit(flink.client(), graph);
            var progress = new Progress(terminal);
            int looks = 0;
            JobStatus status = job.status();
            while (!status.isGloballyTerminalState()) {
                if (asked.get() != 0) {
                    job.cancel();
                    progress.end();
                    terminal.line("Stopped; nothing is left behind.");
                    throw new Interrupted(asked.get());
                }
                if (looks++ % LOOKS_PER_COUNT == 0) {
                    progress.show(new Counts(job.accumulators()));
                }
                Thread.sleep(LOOK_EVERY.toMillis());
                status = job.status();
            }
            progress.end();
            String failure = job.failure();
            if (failure != null) {
                if (failure.startsWith(OutOfOrderException.class.getName())) {
                    throw new UnorderedHistory(sentence(failure));
                }
                if (failure.startsWith(NO_HEAP)) {
                    throw CommandFailure.failed(
                            "the history's entities and labels do not fit into the heap, which is"
                                    + " %,d MB at most; MILLRACE_JAVA_OPTS=-Xmx8g gives it 8 GB",
                            Runtime.getRuntime().maxMemory() >> 20);
                }
                throw CommandFailure.failed("%s", sentence(failure));
            }
            return new Counts(job.accumulators());
        } catch (IOException e) {
            throw CommandFailure.failed("%s", String.valueOf(e.getMessage())).causedBy(e);
        }
    }

    private void ask(int exitCode) {
        if (!asked.compareAndSet(0, exitCode)) {
            Runtime.getRuntime().halt(exitCode);
        }
    }

    /** What failed in words of ours stands there with its class in front. */
    private static String sentence(String failure) {
        int message = failure.indexOf(": ");
        return failure.startsWith("io.millrace.") && message >= 0
                ? failure.substring(message + 2)
                : failure;
    }
}
