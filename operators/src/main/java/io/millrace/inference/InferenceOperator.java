package io.millrace.inference;

import io.millrace.record.DeadLetter;
import io.millrace.record.FeatureVector;
import io.millrace.record.Score;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.operators.TimestampedCollector;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.jspecify.annotations.Nullable;

/**
 * Gathers vectors into a {@link MicroBatch} and releases it when it is full, when its first row has
 * waited long enough, when the input is idle, and before a barrier. Runs are made in the task's
 * thread, or on a thread of their own whose results return through the mailbox in the order of
 * release.
 *
 * <p>All fields belong to the task's thread; a run off the task touches nothing but its own batch.
 *
 * <p>A watermark never overtakes a row, and never breaks up a batch: it leaves after the batch that
 * was being filled when it came.
 */
final class InferenceOperator extends AbstractStreamOperator<Score>
        implements OneInputStreamOperator<FeatureVector, Score>, BoundedOneInput {
    private static final long serialVersionUID = 1L;

    private static final double[] NO_FEATURES = {};

    /** Batches off the task: one that is filled, one that runs, one that waits to run. */
    private static final int OFF_TASK_BATCHES = 3;

    private final InferenceConfig settings;

    private final transient MailboxExecutor mailbox;
    private final transient List<MicroBatch> batches = new ArrayList<>();
    private final transient ArrayDeque<MicroBatch> free = new ArrayDeque<>();
    private final transient ArrayDeque<Flight> inFlight = new ArrayDeque<>();

    private transient ModelHost.@Nullable Lease lease;
    private transient @Nullable ExecutorService worker;
    private transient InferenceMetrics inferenceMetrics;
    private transient TimestampedCollector<Score> scores;
    private transient Decision decision;

    private transient @Nullable Flight filling;
    private transient @Nullable ScheduledFuture<?> timer;
    private transient boolean probePending;
    private transient int rowsAtProbe;

    /** Probing costs a mail per row, so it is left out while batches fill up by themselves. */
    private transient boolean probing = true;

    /** A batch on its way, and the watermark that must not overtake it. */
    private static final class Flight {
        private final MicroBatch batch;
        private final long releaseByMillis;
        private @Nullable Watermark watermark;
        private CompletableFuture<Long> runNanos = new CompletableFuture<>();

        Flight(MicroBatch batch, long releaseByMillis) {
            this.batch = batch;
            this.releaseByMillis = releaseByMillis;
        }
    }

    @SuppressWarnings(
            "NullAway.Init") // the rest is set in open(), where Flink hands over what it needs
    InferenceOperator(InferenceConfig settings, StreamOperatorParameters<Score> parameters) {
        super(parameters);
        this.settings = settings;
        this.mailbox = parameters.getMailboxExecutor();
    }

    @Override
    public void open() throws Exception {
        super.open();
        inferenceMetrics =
                new InferenceMetrics(
                        getMetricGroup(), settings.modelName(), settings.modelVersion());
        scores = new TimestampedCollector<>(output);
        decision = settings.decision();
        String temporary =
                getContainingTask().getEnvironment().getTaskManagerInfo().getTmpDirectories()[0];
        lease = ModelHost.acquire(settings, Path.of(temporary, "millrace-models"));
        Scorer model = lease.model();
        boolean offTask = settings.runsOffTask(lease.warmUpRunNanos());
        for (int i = 0; i < (offTask ? OFF_TASK_BATCHES : 1); i++) {
            batches.add(new MicroBatch(model, settings.batchRows()));
        }
        free.addAll(batches);
        if (offTask) {
            String thread =
                    getRuntimeContext().getTaskInfo().getTaskNameWithSubtasks() + " inference";
            worker = Executors.newSingleThreadExecutor(task -> new Thread(task, thread));
        }
    }

    @Override
    public void processElement(StreamRecord<FeatureVector> element) throws Exception {
        if (filling == null) {
            while (free.isEmpty()) {
                mailbox.yield();
            }
            filling =
                    new Flight(
                            free.remove(),
                            processingTimeService.getCurrentProcessingTime()
                                    + settings.batchWaitMillis());
        }
        MicroBatch batch = filling.batch;
        batch.add(element.getValue());
        if (batch.isFull()) {
            release(Release.SIZE);
        } else if (batch.rows() == 1) {
            awaitRelease();
        }
    }

    /**
     * Sees to it that a batch that nothing fills is released: soon when the input is idle, in time
     * in any case.
     */
    private void awaitRelease() {
        if (timer == null && filling != null) {
            timer = processingTimeService.registerTimer(filling.releaseByMillis, this::onTimer);
        }
        if (probing && !probePending) {
            rowsAtProbe = 0;
            submitProbe();
        }
    }

    // One timer at a time, never cancelled: a batch that was released by size leaves it to its
    // successor.
    private void onTimer(long timeMillis) throws Exception {
        timer = null;
        if (filling != null) {
            if (filling.releaseByMillis <= timeMillis) {
                release(Release.WAIT);
            } else {
                awaitRelease();
            }
        }
    }

    // Between two mails the task processes input once, if there is any. So when no row has come
    // since the last mail, the input
    // is idle, and waiting for more would only add latency.
    private void submitProbe() {
        probePending = true;
        mailbox.execute(this::probe, "probe for idle input");
    }

    private void probe() throws Exception {
        probePending = false;
        if (filling == null) {
            return;
        }
        int rows = filling.batch.rows();
        if (rows == rowsAtProbe) {
            release(Release.IDLE);
        } else {
            rowsAtProbe = rows;
            submitProbe();
        }
    }

    private void release(Release reason) throws Exception {
        var flight = filling;
        if (flight == null) {
            return;
        }
        filling = null;
        probing = reason != Release.SIZE;
        inferenceMetrics.released(reason, flight.batch.rows());
        if (worker == null) {
            flight.runNanos.complete(run(flight.batch));
            emit(flight);
        } else {
            inFlight.add(flight);
            worker.execute(() -> runOffTask(flight));
        }
    }

    private static long run(MicroBatch batch) {
        long start = System.nanoTime();
        batch.score();
        return System.nanoTime() - start;
    }

    private void runOffTask(Flight flight) {
        try {
            flight.runNanos.complete(run(flight.batch));
        } catch (RuntimeException | Error e) {
            // A bug, not a bad row: rethrown in the task's thread, where it fails the job.
            flight.runNanos.completeExceptionally(e);
        }
        try {
            mailbox.execute(this::emitFinished, "emit scores");
        } catch (RejectedExecutionException e) {
            // The task has ended: nobody waits for these scores, and a replay makes them again.
            LOG.debug("Scores of a cancelled task are left behind", e);
        }
    }

    private void emitFinished() throws Exception {
        while (!inFlight.isEmpty() && inFlight.peek().runNanos.isDone()) {
            emit(inFlight.remove());
        }
    }

    private void emit(Flight flight) throws InterruptedException, ExecutionException, Exception {
        inferenceMetrics.ran(flight.runNanos.get());
        MicroBatch batch = flight.batch;
        long nowMillis = processingTimeService.getCurrentProcessingTime();
        for (int row = 0; row < batch.rows(); row++) {
            FeatureVector vector = batch.vector(row);
            String refusal = batch.refusal(row);
            if (refusal == null) {
                scores.setAbsoluteTimestamp(vector.eventTimeMillis());
                scores.collect(score(vector, batch, row, nowMillis));
                inferenceMetrics.scored();
            } else {
                output.collect(
                        DeadLetter.TAG,
                        new StreamRecord<>(refuse(vector, refusal), vector.eventTimeMillis()));
                inferenceMetrics.refused();
            }
        }
        batch.clear();
        free.add(batch);
        if (flight.watermark != null) {
            super.processWatermark(flight.watermark);
        }
    }

    private Score score(FeatureVector vector, MicroBatch batch, int row, long nowMillis) {
        double value = batch.value(row);
        return new Score(
                vector.origin(),
                vector.eventId(),
                vector.eventTimeMillis(),
                vector.entity(),
                settings.modelName(),
                settings.modelVersion(),
                settings.modelDigest(),
                Score.Route.CHAMPION,
                value,
                batch.outputs(row),
                decision.of(value),
                settings.includeFeatures() ? vector.values() : NO_FEATURES,
                vector.warming(),
                nowMillis - vector.origin().timestampMillis());
    }

    private DeadLetter refuse(FeatureVector vector, String detail) {
        return new DeadLetter(
                vector.origin(),
                InferenceStage.NAME,
                DeadLetter.Reason.MODEL_FAILED,
                settings.modelName() + "/" + settings.modelVersion() + ": " + detail,
                vector.eventId());
    }

    private void drain(Release reason) throws Exception {
        release(reason);
        while (!inFlight.isEmpty()) {
            mailbox.yield();
        }
    }

    @Override
    public void processWatermark(Watermark mark) throws Exception {
        var last = filling == null ? inFlight.peekLast() : filling;
        if (last == null) {
            super.processWatermark(mark);
        } else {
            last.watermark = mark;
        }
    }

    @Override
    public void processWatermarkStatus(WatermarkStatus status) throws Exception {
        drain(Release.IDLE);
        super.processWatermarkStatus(status);
    }

    @Override
    public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
        drain(Release.BARRIER);
        super.prepareSnapshotPreBarrier(checkpointId);
    }

    @Override
    public void endInput() throws Exception {
        drain(Release.END_OF_INPUT);
    }

    @Override
    public void close() throws Exception {
        if (worker != null) {
            worker.shutdownNow();
            // Closing a session under a run kills the process; a run that outlives this wait keeps
            // its session instead.
            if (!worker.awaitTermination(30, TimeUnit.SECONDS)) {
                LOG.warn(
                        "A run of {}/{} has not ended for 30 s; its session stays open",
                        settings.modelName(),
                        settings.modelVersion());
                lease = null;
            }
        }
        if (lease != null) {
            batches.forEach(MicroBatch::close);
            lease.close();
            lease = null;
        }
        super.close();
    }
}
