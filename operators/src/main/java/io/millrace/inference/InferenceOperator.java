package io.millrace.inference;

import io.millrace.inference.ModelLanes.Answering;
import io.millrace.inference.ModelLanes.Challenge;
import io.millrace.record.DeadLetter;
import io.millrace.record.FeatureVector;
import io.millrace.record.Score;
import io.millrace.record.Shadow;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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
import org.apache.flink.streaming.api.operators.Output;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.operators.TimestampedCollector;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.jspecify.annotations.Nullable;

/**
 * Gathers vectors into a {@link MicroBatch} for each model and releases it when it is full, when
 * its first row has waited long enough, when the input is idle, when the model's next row is
 * another version's, when the next row of one of its entities is another model's, and before a
 * barrier. Runs are made in the task's thread, or on a thread of their own whose results return
 * through the mailbox in the order of release.
 *
 * <p>A challenger's share of the rows is gathered beside the champion's, which stays open for the
 * rows that the challenger fails on; what the champion answers is scored once more by the
 * challenger's {@link ShadowRuns}, for comparison.
 *
 * <p>All fields belong to the task's thread; a run off the task touches nothing but its own batch.
 *
 * <p>A watermark never overtakes a row, and never breaks up the last batch: it leaves after the
 * batch that was being filled when it came.
 *
 * <p>Of many models, a row whose model must be loaded first is one of the {@link WaitingRows}; it
 * goes on by a mail, and never in the middle of something else.
 */
final class InferenceOperator extends AbstractStreamOperator<Score>
        implements OneInputStreamOperator<FeatureVector, Score>, BoundedOneInput {
    private static final long serialVersionUID = 1L;

    /** How long a run may outlive the task. */
    static final int PATIENCE_SECONDS = 30;

    private final InferenceConfig settings;

    private final transient MailboxExecutor mailbox;
    private final transient ArrayDeque<Flight> inFlight = new ArrayDeque<>();

    private transient ModelLanes lanes;
    private transient Crashes crashes;
    private transient @Nullable ExecutorService worker;
    private transient Answers answers;

    private final transient FillingBatches filling;
    private final transient WaitingRows waiting = new WaitingRows();
    private final transient WaitingRows.Taker taker = new Waited();

    /** How many things are under way that wait for mails. */
    private transient int within;

    /** A model was loaded in the middle of something else. */
    private transient boolean isGoOnDue;

    private transient ShadowRuns shadows;
    private transient @Nullable ScheduledFuture<?> timer;
    private transient boolean probePending;
    private transient int rowsAtProbe;

    /** Probing costs a mail per row, so it is left out while batches fill up by themselves. */
    private transient boolean probing = true;

    @SuppressWarnings(
            "NullAway.Init") // the rest is set in open(), where Flink hands over what it needs
    InferenceOperator(InferenceConfig settings, StreamOperatorParameters<Score> parameters) {
        super(parameters);
        this.settings = settings;
        this.mailbox = parameters.getMailboxExecutor();
        this.filling = new FillingBatches(settings.many() != null);
    }

    @Override
    public void open() throws Exception {
        super.open();
        String temporary =
                getContainingTask().getEnvironment().getTaskManagerInfo().getTmpDirectories()[0];
        Path runs = runs(temporary);
        crashes = Crashes.in(runs);
        var metrics = new InferenceMetrics(getMetricGroup());
        if (settings.many() != null) {
            metrics.waits(waiting::rows);
        }
        lanes =
                ModelLanes.open(
                        settings.on(device()),
                        Path.of(temporary, "millrace-models"),
                        runs,
                        metrics,
                        threadName("loading"),
                        new Subtask());
        answers =
                new Answers(
                        settings,
                        lanes,
                        new Collected(output),
                        processingTimeService::getCurrentProcessingTime);
        shadows = new ShadowRuns(mailbox, threadName("shadow"), answers::compare, lanes::used);
    }

    private String threadName(String part) {
        return getRuntimeContext().getTaskInfo().getTaskNameWithSubtasks() + " " + part;
    }

    /** A folder for each job: what another one runs is not this one's business. */
    private Path runs(String temporary) {
        String folder = settings.quarantine();
        String job =
                getRuntimeContext().getJobInfo().getJobName().replaceAll("[^A-Za-z0-9._-]", "_");
        return (folder == null ? Path.of(temporary, "millrace-runs") : Path.of(folder))
                .resolve(job)
                .toAbsolutePath();
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
        if (waiting.has(vector.entity()) || !takes(vector)) {
            waiting.add(vector);
            while (waiting.isFull()) {
                mailbox.yield();
            }
        }
    }

    /** Takes a row, unless its model must be loaded first. */
    private boolean takes(FeatureVector vector) throws Exception {
        Answering model = lanes.at(vector);
        if (model != null && model.isAwaited(vector.entity())) {
            return false;
        }
        ModelLane lane = model == null ? null : model.lane();
        if (model == null || lane == null) {
            if (settings.fallback().score() != null) {
                keepOrder(vector.entity(), null);
                awaitFlights();
            }
            answers.settle(Unanswered.unserved(vector, model));
            return true;
        }
        lanes.hold(lane);
        boolean isTaken = score(model, lane, vector);
        lanes.letGo(lane);
        return isTaken;
    }

    private boolean score(Answering model, ModelLane lane, FeatureVector vector) throws Exception {
        if (!crashes.isEmpty() && crashes.of(vector.origin()) != Crashes.Verdict.CLEAR) {
            return scoreAlone(vector);
        }
        var challenge = model.challenge();
        if (challenge != null && challenge.share().has(vector.entity())) {
            ModelLane canary = challenge.canary();
            lanes.hold(canary);
            gather(model, true, canary, Score.Route.CHALLENGER, lane, vector);
            lanes.letGo(canary);
        } else {
            ModelLane shadow = challenge == null ? null : challenge.shadow();
            gather(model, false, lane, model.route(), shadow, vector);
        }
        return true;
    }

    /** A row that waited is taken as one that comes. */
    private final class Waited implements WaitingRows.Taker {

        @Override
        public boolean takes(FeatureVector row) throws Exception {
            return InferenceOperator.this.takes(row);
        }

        @Override
        public void passes(long watermarkMillis) throws Exception {
            leaveAfterBatches(watermarkMillis);
        }
    }

    private void goOn() throws Exception {
        if (within > 0) {
            isGoOnDue = true;
            return;
        }
        waiting.offer(taker);
        lanes.loadNext();
    }

    /** Something has begun that waits for mails: rows that wait go on when it has ended. */
    private void enter() {
        within++;
    }

    private void leave() {
        within--;
        if (within == 0 && isGoOnDue) {
            isGoOnDue = false;
            goOnSoon();
        }
    }

    private void goOnSoon() {
        try {
            mailbox.execute(this::goOn, "score rows that waited for a model");
        } catch (RejectedExecutionException e) {
            LOG.debug("No row of a task that has ended waits for a model", e);
        }
    }

    /**
     * A row that was being scored when a process ended is scored with no other in its run and
     * nothing else under way; one that is to blame is not scored again.
     */
    private boolean scoreAlone(FeatureVector vector) throws Exception {
        end(Release.SUSPECT);
        Answering model = lanes.at(vector);
        if (model != null && model.isAwaited(vector.entity())) {
            return false;
        }
        ModelLane lane = model == null ? null : model.lane();
        if (model == null || lane == null) {
            answers.settle(Unanswered.unserved(vector, model));
            return true;
        }
        if (crashes.of(vector.origin()) == Crashes.Verdict.TO_BLAME) {
            lane.metrics().refused();
            answers.settle(Unanswered.crashed(vector, lane.version()));
            return true;
        }
        MicroBatch batch = lane.spare();
        batch.add(vector);
        lane.runSpare();
        String refusal = batch.refusal(0);
        if (refusal == null) {
            long nowMillis = processingTimeService.getCurrentProcessingTime();
            answers.scored(lane, model.route(), batch, 0, nowMillis);
            batch.clear();
        } else {
            lane.metrics().refused();
            var row = Unanswered.failed(lane, batch, 0, refusal);
            batch.clear();
            answers.answer(List.of(row), null);
        }
        return true;
    }

    private void gather(
            Answering model,
            boolean isOfChallenger,
            ModelLane lane,
            Score.Route route,
            @Nullable ModelLane other,
            FeatureVector vector)
            throws Exception {
        Challenge challenge = model.challenge();
        keepSides(model, isOfChallenger, challenge);
        if (settings.many() != null) {
            keepOrder(vector.entity(), filling.of(model, isOfChallenger));
        }
        Flight open = filling.of(model, isOfChallenger);
        if (open != null && !open.isFor(lane, route, other)) {
            release(open, Release.VERSION);
            open = null;
        }
        if (open == null) {
            open = begin(model, isOfChallenger, lane, route, other, challenge);
            filling.add(open);
        }
        open.batch.add(vector);
        filling.filled(open, vector.entity());
        if (open.batch.isFull()) {
            release(open, Release.SIZE);
        } else if (open.batch.rows() == 1) {
            awaitRelease();
        }
    }

    /**
     * Where a challenge begins, ends or has another share, entities change sides: what the other
     * side has gathered of them leaves first.
     */
    private void keepSides(Answering model, boolean isOfChallenger, @Nullable Challenge challenge)
            throws Exception {
        Flight otherSide = filling.of(model, !isOfChallenger);
        if (otherSide != null && !Objects.equals(otherSide.challenge, challenge)) {
            release(otherSide, Release.VERSION);
        }
    }

    /** An entity's next row leaves after the one before it, whichever models they are for. */
    private void keepOrder(String entity, @Nullable Flight next) throws Exception {
        Flight before = filling.ofEntity(entity);
        if (before != null && before != next) {
            release(before, Release.ORDER);
        }
    }

    private Flight begin(
            Answering model,
            boolean isOfChallenger,
            ModelLane lane,
            Score.Route route,
            @Nullable ModelLane other,
            @Nullable Challenge challenge)
            throws InterruptedException {
        MicroBatch batch = lane.take();
        if (batch == null) {
            enter();
            while (batch == null) {
                mailbox.yield();
                batch = lane.take();
            }
            leave();
        }
        long nowMillis = processingTimeService.getCurrentProcessingTime();
        var flight =
                new Flight(model, isOfChallenger, lane, route, other, challenge, batch, nowMillis);
        ModelLane champion = flight.champion();
        if (champion != null) {
            lanes.hold(champion);
        }
        return flight;
    }

    /**
     * Sees to it that a batch that nothing fills is released: soon when the input is idle, in time
     * in any case.
     */
    private void awaitRelease() {
        if (timer == null) {
            long first = filling.releaseByMillis();
            if (first < Long.MAX_VALUE) {
                timer = processingTimeService.registerTimer(first, this::onTimer);
            }
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
        for (Flight open : filling.all()) {
            if (open.releaseByMillis() <= timeMillis) {
                release(open, Release.WAIT);
            }
        }
        if (filling.rows() > 0) {
            awaitRelease();
        }
    }

    // Between two mails the task processes input once, if there is any. So when no row has come
    // since the last mail, the input is idle, and waiting for more would only add latency.
    private void submitProbe() {
        probePending = true;
        mailbox.execute(this::probe, "probe for idle input");
    }

    private void probe() throws Exception {
        probePending = false;
        int rows = filling.rows();
        if (rows == 0) {
            return;
        }
        if (rows == rowsAtProbe) {
            release(Release.IDLE);
        } else {
            rowsAtProbe = rows;
            submitProbe();
        }
    }

    private void release(Release reason) throws Exception {
        for (Flight open : filling.all()) {
            release(open, reason);
        }
    }

    /** Releases a batch, unless that has happened. */
    private void release(Flight flight, Release reason) throws Exception {
        if (!filling.remove(flight)) {
            return;
        }
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
            String thread = threadName("inference");
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
        MicroBatch batch = flight.batch;
        flight.lane.ran(batch.rows(), flight.runNanos.get());
        ModelLane shadow = shadowOf(flight);
        List<FeatureVector> answered = new ArrayList<>(shadow == null ? 0 : batch.rows());
        List<Score> said = new ArrayList<>(shadow == null ? 0 : batch.rows());
        List<Unanswered> unanswered = new ArrayList<>(0);
        long nowMillis = processingTimeService.getCurrentProcessingTime();
        for (int row = 0; row < batch.rows(); row++) {
            String refusal = batch.refusal(row);
            if (refusal == null) {
                Score score = answers.scored(flight.lane, flight.route, batch, row, nowMillis);
                if (shadow != null) {
                    answered.add(batch.vector(row));
                    said.add(score);
                }
            } else {
                flight.lane.metrics().refused();
                unanswered.add(Unanswered.failed(flight.lane, batch, row, refusal));
            }
        }
        flight.lane.giveBack(batch);
        lanes.used(flight.lane);
        if (shadow != null) {
            shadows.score(shadow, answered, said);
        }
        ModelLane champion = flight.champion();
        if (!unanswered.isEmpty()) {
            answers.answer(unanswered, champion);
        }
        if (champion != null) {
            lanes.letGo(champion);
        }
        if (flight.watermarkMillis != null) {
            passOn(flight.watermarkMillis);
        }
    }

    /** Who is to score the flight's rows too; it may have been retired since they were begun. */
    private @Nullable ModelLane shadowOf(Flight flight) {
        ModelLane shadow = flight.isOfChallenger ? null : flight.other;
        return shadow != null && lanes.isOpen(shadow) ? shadow : null;
    }

    private void passOn(long watermarkMillis) throws Exception {
        super.processWatermark(new Watermark(watermarkMillis));
        lanes.passed(watermarkMillis);
    }

    /** Scores everything, what waits for its model too. */
    private void drain(Release reason) throws Exception {
        while (!waiting.isEmpty()) {
            mailbox.yield();
        }
        end(reason);
    }

    /** Scores everything that is in a batch. */
    private void end(Release reason) throws Exception {
        release(reason);
        awaitFlights();
        enter();
        shadows.drain();
        leave();
    }

    private void awaitFlights() throws InterruptedException {
        enter();
        while (!inFlight.isEmpty()) {
            mailbox.yield();
        }
        leave();
    }

    @Override
    public void processWatermark(Watermark mark) throws Exception {
        if (waiting.isEmpty()) {
            leaveAfterBatches(mark.getTimestamp());
        } else {
            waiting.add(mark.getTimestamp());
        }
    }

    private void leaveAfterBatches(long watermarkMillis) throws Exception {
        Flight kept = filling.last();
        for (Flight open : filling.all()) {
            if (open != kept) {
                release(open, Release.WATERMARK);
            }
        }
        Flight last = filling.contains(kept) ? kept : inFlight.peekLast();
        if (last == null) {
            passOn(watermarkMillis);
        } else {
            last.watermarkMillis = watermarkMillis;
        }
    }

    /** Where answers go, each at the time of its event. */
    private static final class Collected implements Answers.Output {
        private final Output<StreamRecord<Score>> output;
        private final TimestampedCollector<Score> scores;

        Collected(Output<StreamRecord<Score>> output) {
            this.output = output;
            this.scores = new TimestampedCollector<>(output);
        }

        @Override
        public void score(Score score) {
            scores.setAbsoluteTimestamp(score.eventTimeMillis());
            scores.collect(score);
        }

        @Override
        public void deadLetter(DeadLetter letter, long eventTimeMillis) {
            output.collect(DeadLetter.TAG, new StreamRecord<>(letter, eventTimeMillis));
        }

        @Override
        public void shadow(Shadow shadow) {
            long eventTimeMillis = shadow.score().eventTimeMillis();
            output.collect(Shadow.TAG, new StreamRecord<>(shadow, eventTimeMillis));
        }
    }

    /** What lanes ask of this. */
    private final class Subtask implements ModelLanes.Subtask {

        @Override
        public void settle(ModelLane lane) throws Exception {
            for (Flight open : filling.all()) {
                if (open.lane == lane || open.champion() == lane) {
                    release(open, Release.MEMORY);
                }
            }
            awaitFlights();
        }

        @Override
        public void soon(Runnable what) {
            try {
                mailbox.execute(what::run, "a model comes or goes");
            } catch (RejectedExecutionException e) {
                LOG.debug("A task that has ended has given back its models", e);
            }
        }

        @Override
        public void goOn() {
            goOnSoon();
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
        if (!isEnded()) {
            // Closing a session under a run kills the process; a run that outlives this wait keeps
            // its session instead.
            LOG.warn(
                    "A run has not ended for {} s; the session of its model stays open",
                    PATIENCE_SECONDS);
            lanes.abandon();
        }
        // Null where the models could not be opened.
        if (lanes != null) {
            lanes.close();
        }
        super.close();
    }

    private boolean isEnded() throws InterruptedException {
        boolean isEnded = true;
        if (worker != null) {
            worker.shutdownNow();
            isEnded = worker.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
        // Null where the models could not be opened.
        return (shadows == null || shadows.close()) && isEnded;
    }
}
