package io.millrace.inference;

import io.millrace.record.ModelUpdate;
import io.millrace.spec.BatchSpec;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A model version as one subtask scores with it: its lease, the batches that are filled for it in
 * turn, and its metrics.
 */
final class ModelLane implements AutoCloseable {
    /** Batches off the task: one that is filled, one that runs, one that waits to run. */
    private static final int OFF_TASK_BATCHES = 3;

    private static final int SPARE_ROWS = 64;

    private static final String NOT_ASKED =
            "The model has not answered %d batches in a row; it is asked again every %d s"
                    .formatted(
                            CircuitBreaker.BATCHES_TO_OPEN,
                            TimeUnit.NANOSECONDS.toSeconds(CircuitBreaker.OPEN_NANOS));

    private final ModelUpdate version;
    private final CircuitBreaker breaker = new CircuitBreaker();
    private final ModelHost.Lease lease;
    private final InferenceMetrics.OfVersion metrics;
    private final @Nullable BatchTuner tuner;
    private final long fixedWaitMillis;
    private final boolean isOffTask;
    private final List<MicroBatch> batches = new ArrayList<>();
    private final ArrayDeque<MicroBatch> free = new ArrayDeque<>();
    private final long runTimeoutMillis;
    private final Path runs;
    private final RunRecord record;
    private @Nullable MicroBatch spare;
    private @Nullable RunRecord spareRecord;
    private int awaiting;
    private boolean isClosed;

    /**
     * Takes over the lease.
     *
     * @param runs where runs are recorded
     */
    ModelLane(
            InferenceConfig config,
            ModelUpdate version,
            ModelHost.Lease lease,
            InferenceMetrics.OfVersion metrics,
            Path runs) {
        this.version = version;
        this.lease = lease;
        this.metrics = metrics;
        int capacity = config.batchRows(lease.model().inputWidth());
        BatchSpec batch = config.batch();
        this.tuner =
                batch.isTuned()
                        ? new BatchTuner(lease.runCosts(), capacity, batch.latency().toMillis())
                        : null;
        this.fixedWaitMillis = batch.longestWait().toMillis();
        this.runTimeoutMillis = config.runTimeoutMillis();
        this.isOffTask =
                config.runsOffTask(
                        tuner == null ? lease.runCosts().nanos(capacity) : tuner.runNanos());
        for (int i = 0; i < (isOffTask ? OFF_TASK_BATCHES : 1); i++) {
            batches.add(new MicroBatch(lease.model(), capacity, runTimeoutMillis));
        }
        free.addAll(batches);
        this.runs = runs;
        this.record = RunRecord.open(runs, capacity);
        metrics.spares(breaker::isOpen);
        if (tuner != null) {
            metrics.tunes(tuner::chosenRows, tuner::waitMillis);
        }
    }

    ModelUpdate version() {
        return version;
    }

    InferenceMetrics.OfVersion metrics() {
        return metrics;
    }

    /** How it compares with the version that answers; of a shadow. */
    InferenceMetrics.Comparison comparison() {
        return metrics.comparison();
    }

    /** Whether its runs leave the task's thread. */
    boolean isOffTask() {
        return isOffTask;
    }

    /** An empty batch, or null where all are on their way. */
    @Nullable MicroBatch take() {
        MicroBatch batch = free.poll();
        if (batch != null && tuner != null) {
            batch.fillTo(tuner.rows());
        }
        return batch;
    }

    /** The longest that a row waits for others. */
    long waitMillis() {
        return tuner == null ? fixedWaitMillis : tuner.waitMillis();
    }

    /** A batch of its own for rows that another version failed on; not part of those in turn. */
    MicroBatch spare() {
        if (spare == null) {
            spare = new MicroBatch(lease.model(), SPARE_ROWS, runTimeoutMillis);
        }
        return spare;
    }

    /** Scores the spare batch, in the task's thread. */
    void runSpare() {
        if (spareRecord == null) {
            spareRecord = RunRecord.open(runs, SPARE_ROWS);
        }
        MicroBatch batch = spare();
        spareRecord.begin(batch);
        batch.score();
        spareRecord.end();
    }

    /** Takes back a batch that is no longer on its way. */
    void giveBack(MicroBatch batch) {
        batch.clear();
        free.add(batch);
    }

    /**
     * Scores a batch, in the task's thread or off it, one after another.
     *
     * @param nowNanos the time of a clock that only goes forward
     */
    void run(MicroBatch batch, long nowNanos) {
        if (breaker.lets(nowNanos)) {
            record.begin(batch);
            batch.score();
            record.end();
            breaker.ran(!batch.isUnanswered(), nowNanos);
        } else {
            batch.refuse(NOT_ASKED);
        }
    }

    /** A batch of so many rows was run, as the task's thread learns of it. */
    void ran(int rows, long nanos) {
        metrics.ran(nanos);
        if (tuner != null) {
            tuner.ran(rows, nanos);
        }
    }

    /** So many more, or fewer, groups of rows are about to be put into a batch. */
    void awaits(int more) {
        awaiting += more;
    }

    /** Whether no batch is on its way, and nothing is about to be put into one. */
    boolean isAtRest() {
        return awaiting == 0 && free.size() == batches.size();
    }

    /** Whether everything was given back. */
    boolean isClosed() {
        return isClosed;
    }

    /** Gives back everything, when no run is under way. */
    @Override
    public void close() {
        isClosed = true;
        batches.forEach(MicroBatch::close);
        if (spare != null) {
            spare.close();
        }
        record.close();
        if (spareRecord != null) {
            spareRecord.close();
        }
        metrics.close();
        lease.close();
    }

    /** Gives back nothing: a run does not end, and closing its session would kill the process. */
    void abandon() {
        metrics.close();
    }
}
