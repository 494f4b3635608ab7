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
import java.util.function.Consumer;
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

    /** Rows that wait are on the heap, and a barrier waits for them. */
    private static final int MOST_WAITING_ROWS = 16_384;

    private static final double MOST_WAITING_NANOS = 1e9;
    private static final double WEIGHT = 1.0 / 16;

    private final MailboxExecutor mailbox;
    private final String threadName;
    private final Receiver receiver;
    private final Consumer<ModelLane> ran;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private final ArrayDeque<Run> inFlight = new ArrayDeque<>();
    private int waitingRows;

    /** What a row of a challenger's runs takes, as a moving mean. */
    private double nanosPerRow;

    private @Nullable ExecutorService worker;

    /** Who is told what a challenger says. */
    @FunctionalInterface
    interface Receiver {

        /**
         * A challenger has scored a row.
         *
         * @param answer what the version said that answered it
         */
        void accept(ModelLane challenger, MicroBatch batch, int row, Score answer);
    }

    /** Rows that wait for a batch, and what was answered of each. */
    private record Waiting(
            ModelLane challenger, List<FeatureVector> vectors, List<Score> answers) {}

    /** A batch on its way. */
    private record Run(Waiting rows, MicroBatch batch, CompletableFuture<Long> nanos) {}

    /**
     * A thread is begun with the first run.
     *
     * @param ran is told when a challenger has scored a batch
     */
    ShadowRuns(
            MailboxExecutor mailbox,
            String threadName,
            Receiver receiver,
            Consumer<ModelLane> ran) {
        this.mailbox = mailbox;
        this.threadName = threadName;
        this.receiver = receiver;
        this.ran = ran;
    }

    /**
     * Scores rows, unless the challenger is too far behind.
     *
     * @param vectors at most as many as a batch has room for
     * @param answers what was answered of each
     */
    void score(ModelLane challenger, List<FeatureVector> vectors, List<Score> answers) {
        if (vectors.isEmpty()) {
            return;
        }
        int behind = waitingRows + vectors.size();
        if (behind > MOST_WAITING_ROWS || behind * nanosPerRow > MOST_WAITING_NANOS) {
            challenger.comparison().skipped(vectors.size());
            return;
        }
        waiting.add(new Waiting(challenger, vectors, answers));
        waitingRows += vectors.size();
        challenger.awaits(1);
        runWaiting();
    }

    private void runWaiting() {
        while (!waiting.isEmpty()) {
            Waiting next = waiting.element();
            MicroBatch batch = next.challenger.take();
            if (batch == null) {
                return;
            }
            waiting.remove();
            waitingRows -= next.vectors.size();
            next.challenger.awaits(-1);
            next.vectors.forEach(batch::add);
            var run = new Run(next, batch, new CompletableFuture<>());
            inFlight.add(run);
            worker().execute(() -> runBeside(run));
        }
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
            run.rows.challenger.run(run.batch, start);
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
        runWaiting();
    }

    private void take(Run run) throws ExecutionException, InterruptedException {
        ModelLane challenger = run.rows.challenger;
        MicroBatch batch = run.batch;
        long nanos = run.nanos.get();
        nanosPerRow += WEIGHT * ((double) nanos / batch.rows() - nanosPerRow);
        challenger.ran(batch.rows(), nanos);
        for (int row = 0; row < batch.rows(); row++) {
            if (batch.refusal(row) == null) {
                challenger.metrics().scored();
                Score answer = run.rows.answers.get(row);
                receiver.accept(challenger, batch, row, answer);
            } else {
                challenger.metrics().refused();
            }
        }
        challenger.giveBack(batch);
        ran.accept(challenger);
    }

    /** Waits for all runs, each of which has its limit, and for what waits for one. */
    void drain() throws InterruptedException {
        while (!inFlight.isEmpty() || !waiting.isEmpty()) {
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
