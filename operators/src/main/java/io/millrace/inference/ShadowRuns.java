package io.millrace.inference;

import io.millrace.record.FeatureVector;
import io.millrace.record.Score;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs of a challenger over rows that another version has answered, on a thread of their own: what
 * answers never waits for them. Where the challenger is too slow, rows are skipped and counted.
 *
 * <p>All fields belong to the task's thread; a run touches nothing but its own batch.
 */
final class ShadowRuns {
    private static final Logger LOG = LoggerFactory.getLogger(ShadowRuns.class);

    private final MailboxExecutor mailbox;
    private final String threadName;
    private final Receiver receiver;
    private final ArrayDeque<Run> inFlight = new ArrayDeque<>();
    private @Nullable ExecutorService worker;

    /** Who is told what a challenger says. */
    @FunctionalInterface
    interface Receiver {

        /**
         * A challenger has scored a row.
         *
         * @param answer what the version said that answered it
         */
        void accept(
                ModelLane challenger,
                FeatureVector vector,
                MicroBatch batch,
                int row,
                Score answer);
    }

    /** A batch on its way, and what was answered of each of its rows. */
    private record Run(
            ModelLane challenger,
            MicroBatch batch,
            List<Score> answers,
            CompletableFuture<Long> nanos) {}

    ShadowRuns(MailboxExecutor mailbox, String threadName, Receiver receiver) {
        this.mailbox = mailbox;
        this.threadName = threadName;
        this.receiver = receiver;
    }

    /** A batch for the challenger, or null where it has not come back with the ones before. */
    @Nullable MicroBatch batch(ModelLane challenger, int rows) {
        MicroBatch batch = challenger.take();
        if (batch == null) {
            challenger.comparison().skipped(rows);
        }
        return batch;
    }

    /**
     * Scores a batch.
     *
     * @param batch of {@link #batch}, filled
     * @param answers what was answered of each of its rows
     */
    void run(ModelLane challenger, MicroBatch batch, List<Score> answers) {
        if (batch.isEmpty()) {
            challenger.giveBack(batch);
            return;
        }
        var run = new Run(challenger, batch, answers, new CompletableFuture<>());
        inFlight.add(run);
        worker().execute(() -> runBeside(run));
    }

    private ExecutorService worker() {
        if (worker == null) {
            worker = Executors.newSingleThreadExecutor(task -> new Thread(task, threadName));
        }
        return worker;
    }

    private void runBeside(Run run) {
        try {
            long start = System.nanoTime();
            run.challenger.run(run.batch, start);
            run.nanos.complete(System.nanoTime() - start);
        } catch (RuntimeException | Error e) {
            // A bug, not a bad row: rethrown in the task's thread, where it fails the job.
            run.nanos.completeExceptionally(e);
        }
        try {
            mailbox.execute(this::takeFinished, "compare scores");
        } catch (RejectedExecutionException e) {
            LOG.debug("The shadows of a cancelled task are left behind", e);
        }
    }

    private void takeFinished() throws ExecutionException, InterruptedException {
        while (!inFlight.isEmpty() && inFlight.peek().nanos.isDone()) {
            take(inFlight.remove());
        }
    }

    private void take(Run run) throws ExecutionException, InterruptedException {
        ModelLane challenger = run.challenger;
        MicroBatch batch = run.batch;
        challenger.ran(batch.rows(), run.nanos.get());
        for (int row = 0; row < batch.rows(); row++) {
            if (batch.refusal(row) == null) {
                challenger.metrics().scored();
                receiver.accept(challenger, batch.vector(row), batch, row, run.answers.get(row));
            } else {
                challenger.metrics().refused();
            }
        }
        challenger.giveBack(batch);
    }

    /** Waits for all runs, each of which has its limit. */
    void drain() throws InterruptedException {
        while (!inFlight.isEmpty()) {
            mailbox.yield();
        }
    }

    /**
     * Ends, without the runs that are on their way.
     *
     * @return whether none is left that still uses its model
     */
    boolean close() throws InterruptedException {
        if (worker == null) {
            return true;
        }
        worker.shutdownNow();
        return worker.awaitTermination(InferenceOperator.PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
