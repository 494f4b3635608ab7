package io.millrace.inference;

import io.millrace.record.DeadLetter;
import io.millrace.record.FeatureVector;
import io.millrace.record.ModelUpdate;
import io.millrace.record.Score;
import java.nio.file.Path;
import java.util.ArrayDeque;
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
 * waited long enough, when the input is idle, when the next row is another version's, and before a
 * barrier. Runs are made in the task's thread, or on a thread of their own whose results return
 * through the mailbox in the order of release.
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

    private final InferenceConfig settings;

    private final transient MailboxExecutor mailbox;
    private final transient ArrayDeque<Flight> inFlight = new ArrayDeque<>();

    private transient ModelLanes lanes;
    private transient @Nullable ExecutorService worker;
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
        private final ModelLane lane;
        private final Score.Route route;
        private final MicroBatch batch;
        private final long begunMillis;
        private @Nullable Watermark watermark;
        private CompletableFuture<Long> runNanos = new CompletableFuture<>();

        Flight(ModelLane lane, Score.Route route, MicroBatch batch, long begunMillis) {
            this.lane = lane;
            this.route = route;
            this.batch = batch;
            this.begunMillis = begunMillis;
        }

        boolean isFor(ModelLane other, Score.Route otherRoute) {
            return lane == other && route == otherRoute;
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
        scores = new TimestampedCollector<>(output);
        decision = settings.decision();
        String temporary =
                getContainingTask().getEnvironment().getTaskManagerInfo().getTmpDirectories()[0];
        lanes =
                ModelLanes.open(
                        settings.on(device()),
                        Path.of(temporary, "millrace-models"),
                        new InferenceMetrics(getMetricGroup()));
    }

    /** Where Flink has GPUs to give, one of those; they are a TaskManager's, not a slot's. */
    private ModelDevice device() {
        ModelDevice device = settings.device();
        if (!device.mayBeGpu()) {
            return device;
        }
        List<String> indexes =
                getRuntimeContext().getExternalResourceInfos("gpu").stream()
                        .flatMap(gpu -> gpu.getProperty("index").stream())
                        .toList();
        return device.among(indexes, getRuntimeContext().getTaskInfo().getIndexOfThisSubtask());
    }

    @Override
    public void processElement(StreamRecord<FeatureVector> element) throws Exception {
        FeatureVector vector = element.getValue();
        ModelLane lane = lanes.at(vector.eventTimeMillis());
        if (filling != null && !filling.isFor(lane, lanes.route())) {
            release(Release.VERSION);
        }
        if (filling == null) {
            filling = begin(lane);
        }
        MicroBatch batch = filling.batch;
        batch.add(vector);
        if (batch.isFull()) {
            release(Release.SIZE);
        } else if (batch.rows() == 1) {
            awaitRelease();
        }
    }

    private Flight begin(ModelLane lane) throws InterruptedException {
        MicroBatch batch = lane.take();
        while (batch == null) {
            mailbox.yield();
            batch = lane.take();
        }
        long nowMillis = processingTimeService.getCurrentProcessingTime();
        return new Flight(lane, lanes.route(), batch, nowMillis);
    }

    /**
     * Sees to it that a batch that nothing fills is released: soon when the input is idle, in time
     * in any case.
     */
    private void awaitRelease() {
        if (timer == null && filling != null) {
            timer = processingTimeService.registerTimer(releaseByMillis(filling), this::onTimer);
        }
        if (probing && !probePending) {
            rowsAtProbe = 0;
            submitProbe();
        }
    }

    private long releaseByMillis(Flight flight) {
        return flight.begunMillis + settings.batchWaitMillis();
    }

    // One timer at a time, never cancelled: a batch that was released by size leaves it to its
    // successor.
    private void onTimer(long timeMillis) throws Exception {
        timer = null;
        if (filling != null) {
            if (releaseByMillis(filling) <= timeMillis) {
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
        long waitedMillis = processingTimeService.getCurrentProcessingTime() - flight.begunMillis;
        flight.lane.metrics().released(reason, flight.batch.rows(), waitedMillis);
        if (flight.lane.isOffTask()) {
            inFlight.add(flight);
            worker().execute(() -> runOffTask(flight));
        } else {
            // Rows of another version may still be off the task: they came first.
            awaitFlights();
            flight.runNanos.complete(run(flight));
            emit(flight);
        }
    }

    private ExecutorService worker() {
        if (worker == null) {
            String thread =
                    getRuntimeContext().getTaskInfo().getTaskNameWithSubtasks() + " inference";
            worker = Executors.newSingleThreadExecutor(task -> new Thread(task, thread));
        }
        return worker;
    }

    private static long run(Flight flight) {
        long start = System.nanoTime();
        flight.lane.run(flight.batch, start);
        return System.nanoTime() - start;
    }

    private void runOffTask(Flight flight) {
        try {
            flight.runNanos.complete(run(flight));
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
        var ofVersion = flight.lane.metrics();
        ofVersion.ran(flight.runNanos.get());
        MicroBatch batch = flight.batch;
        long nowMillis = processingTimeService.getCurrentProcessingTime();
        for (int row = 0; row < batch.rows(); row++) {
            FeatureVector vector = batch.vector(row);
            String refusal = batch.refusal(row);
            if (refusal == null) {
                scores.setAbsoluteTimestamp(vector.eventTimeMillis());
                scores.collect(score(flight, row, nowMillis));
                ofVersion.scored();
            } else {
                output.collect(
                        DeadLetter.TAG,
                        new StreamRecord<>(
                                refuse(flight.lane, batch, row, refusal),
                                vector.eventTimeMillis()));
                ofVersion.refused();
            }
        }
        flight.lane.giveBack(batch);
        if (flight.watermark != null) {
            passOn(flight.watermark);
        }
    }

    private void passOn(Watermark mark) throws Exception {
        super.processWatermark(mark);
        lanes.retire(mark.getTimestamp());
    }

    private Score score(Flight flight, int row, long nowMillis) {
        FeatureVector vector = flight.batch.vector(row);
        ModelUpdate version = flight.lane.version();
        double value = flight.batch.value(row);
        return new Score(
                vector.origin(),
                vector.eventId(),
                vector.eventTimeMillis(),
                vector.entity(),
                version.model(),
                version.version(),
                version.digest(),
                flight.route,
                value,
                flight.batch.outputs(row),
                decision.of(value),
                settings.includeFeatures() ? vector.values() : NO_FEATURES,
                vector.warming(),
                nowMillis - vector.origin().timestampMillis());
    }

    private static DeadLetter refuse(ModelLane lane, MicroBatch batch, int row, String detail) {
        FeatureVector vector = batch.vector(row);
        return new DeadLetter(
                vector.origin(),
                InferenceStage.NAME,
                batch.isOverdue(row)
                        ? DeadLetter.Reason.MODEL_TIMEOUT
                        : DeadLetter.Reason.MODEL_FAILED,
                lane.version() + ": " + detail,
                vector.eventId());
    }

    private void drain(Release reason) throws Exception {
        release(reason);
        awaitFlights();
    }

    private void awaitFlights() throws InterruptedException {
        while (!inFlight.isEmpty()) {
            mailbox.yield();
        }
    }

    @Override
    public void processWatermark(Watermark mark) throws Exception {
        var last = filling == null ? inFlight.peekLast() : filling;
        if (last == null) {
            passOn(mark);
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
                LOG.warn("A run has not ended for 30 s; the session of its model stays open");
                lanes.abandon();
            }
        }
        // Null where the models could not be opened.
        if (lanes != null) {
            lanes.close();
        }
        super.close();
    }
}
