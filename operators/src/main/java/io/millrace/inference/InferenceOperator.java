package io.millrace.inference;

import io.millrace.inference.ModelLanes.Answering;
import io.millrace.inference.ModelLanes.Challenge;
import io.millrace.record.DeadLetter;
import io.millrace.record.FeatureVector;
import io.millrace.record.ModelUpdate;
import io.millrace.record.Score;
import io.millrace.record.Shadow;
import io.millrace.spec.FallbackSpec;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

    /** A dead letter shows so many characters of a model's name that nobody has registered. */
    private static final int SHOWN_CHARACTERS = 64;

    private final InferenceConfig settings;

    private final transient MailboxExecutor mailbox;
    private final transient ArrayDeque<Flight> inFlight = new ArrayDeque<>();

    private transient ModelLanes lanes;
    private transient Crashes crashes;
    private transient @Nullable ExecutorService worker;
    private transient TimestampedCollector<Score> scores;
    private transient Decision decision;

    /** The batches that are filled, one for each model and one for its challenger, oldest first. */
    private final transient List<Flight> filling = new ArrayList<>();

    /** The champions' among them by model, where there are many. */
    private final transient Map<Answering, Flight> fillingOfChampions = new HashMap<>();

    /** The challengers' among them by model, where there are many. */
    private final transient Map<Answering, Flight> fillingOfChallengers = new HashMap<>();

    /** By entity, the batch that is filled and has its last row; where there are many models. */
    private final transient Map<String, Flight> fillingOf = new HashMap<>();

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

    /** A batch on its way, and the watermark that must not overtake it. */
    private static final class Flight {
        private final Answering model;
        private final boolean isOfChallenger;
        private final ModelLane lane;
        private final Score.Route route;

        /**
         * Who else is asked: of a challenger's batch the champion, for the rows that it fails on;
         * of a champion's the challenger that is compared with it, or null.
         */
        private final @Nullable ModelLane other;

        /** Who challenged the model when the batch was begun, and for which entities. */
        private final @Nullable Challenge challenge;

        private final MicroBatch batch;
        private final long begunMillis;
        private @Nullable Watermark watermark;
        private CompletableFuture<Long> runNanos = new CompletableFuture<>();

        Flight(
                Answering model,
                boolean isOfChallenger,
                ModelLane lane,
                Score.Route route,
                @Nullable ModelLane other,
                @Nullable Challenge challenge,
                MicroBatch batch,
                long begunMillis) {
            this.model = model;
            this.isOfChallenger = isOfChallenger;
            this.lane = lane;
            this.route = route;
            this.other = other;
            this.challenge = challenge;
            this.batch = batch;
            this.begunMillis = begunMillis;
        }

        boolean isFor(ModelLane nextLane, Score.Route nextRoute, @Nullable ModelLane nextOther) {
            return lane == nextLane && route == nextRoute && other == nextOther;
        }

        /** Who answers the rows that a challenger fails on; null where it is no challenger's. */
        @Nullable ModelLane champion() {
            return isOfChallenger ? other : null;
        }
    }

    /**
     * A row that a version could not answer.
     *
     * @param letter what becomes of it where nothing else answers
     */
    private record Unanswered(FeatureVector vector, ModelUpdate version, DeadLetter letter) {}

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
        shadows = new ShadowRuns(mailbox, threadName("shadow"), this::compare, lanes::used);
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
            settle(model == null ? unknown(vector) : unserved(vector, model));
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
            leaveAfterBatches(new Watermark(watermarkMillis));
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

    private static Unanswered unknown(FeatureVector vector) {
        String name = vector.model();
        String shown =
                name.length() <= SHOWN_CHARACTERS
                        ? name
                        : name.substring(0, SHOWN_CHARACTERS) + "…";
        var letter =
                new DeadLetter(
                        vector.origin(),
                        InferenceStage.NAME,
                        DeadLetter.Reason.MODEL_UNKNOWN,
                        "The row is for the model %s, which was not announced for its event time"
                                .formatted(shown),
                        vector.eventId());
        return new Unanswered(vector, new ModelUpdate(shown, "", "", 0, 0, ""), letter);
    }

    private static Unanswered unserved(FeatureVector vector, Answering model) {
        var letter =
                new DeadLetter(
                        vector.origin(),
                        InferenceStage.NAME,
                        DeadLetter.Reason.MODEL_FAILED,
                        "%s cannot be loaded: %s".formatted(model.champion(), model.failure()),
                        vector.eventId());
        return new Unanswered(vector, model.champion(), letter);
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
            settle(model == null ? unknown(vector) : unserved(vector, model));
            return true;
        }
        if (crashes.of(vector.origin()) == Crashes.Verdict.TO_BLAME) {
            lane.metrics().refused();
            settle(crashed(vector, lane.version()));
            return true;
        }
        MicroBatch batch = lane.spare();
        batch.add(vector);
        lane.runSpare();
        String refusal = batch.refusal(0);
        if (refusal == null) {
            long nowMillis = processingTimeService.getCurrentProcessingTime();
            collect(score(lane, model.route(), "", batch, 0, nowMillis));
            lane.metrics().scored();
            batch.clear();
        } else {
            lane.metrics().refused();
            Unanswered row = unanswered(lane, batch, 0, refusal);
            batch.clear();
            answer(List.of(row), null);
        }
        return true;
    }

    private static Unanswered crashed(FeatureVector vector, ModelUpdate version) {
        var letter =
                new DeadLetter(
                        vector.origin(),
                        InferenceStage.NAME,
                        DeadLetter.Reason.MODEL_CRASHED,
                        version
                                + ": The process ended twice while this row was scored; it is not"
                                + " scored again",
                        vector.eventId());
        return new Unanswered(vector, version, letter);
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
        if (!fillingOf.isEmpty()) {
            keepOrder(vector.entity(), filling(model, isOfChallenger));
        }
        Flight open = filling(model, isOfChallenger);
        if (open != null && !open.isFor(lane, route, other)) {
            release(open, Release.VERSION);
            open = null;
        }
        if (open == null) {
            open = begin(model, isOfChallenger, lane, route, other, challenge);
            filling.add(open);
            if (settings.many() != null) {
                byModel(isOfChallenger).put(model, open);
            }
        }
        open.batch.add(vector);
        if (settings.many() != null && !vector.entity().isEmpty()) {
            fillingOf.put(vector.entity(), open);
        }
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
        Flight otherSide = filling(model, !isOfChallenger);
        if (otherSide != null && !Objects.equals(otherSide.challenge, challenge)) {
            release(otherSide, Release.VERSION);
        }
    }

    private @Nullable Flight filling(Answering model, boolean isOfChallenger) {
        if (settings.many() != null) {
            return byModel(isOfChallenger).get(model);
        }
        for (Flight open : filling) {
            if (open.model == model && open.isOfChallenger == isOfChallenger) {
                return open;
            }
        }
        return null;
    }

    private Map<Answering, Flight> byModel(boolean isOfChallenger) {
        return isOfChallenger ? fillingOfChallengers : fillingOfChampions;
    }

    /** An entity's next row leaves after the one before it, whichever models they are for. */
    private void keepOrder(String entity, @Nullable Flight next) throws Exception {
        Flight before = fillingOf.get(entity);
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
            long first = Long.MAX_VALUE;
            for (Flight open : filling) {
                first = Math.min(first, releaseByMillis(open));
            }
            if (first < Long.MAX_VALUE) {
                timer = processingTimeService.registerTimer(first, this::onTimer);
            }
        }
        if (probing && !probePending) {
            rowsAtProbe = 0;
            submitProbe();
        }
    }

    private static long releaseByMillis(Flight flight) {
        return flight.begunMillis + flight.lane.waitMillis();
    }

    // One timer at a time, never cancelled: a batch that was released by size leaves it to its
    // successor.
    private void onTimer(long timeMillis) throws Exception {
        timer = null;
        for (Flight open : List.copyOf(filling)) {
            if (releaseByMillis(open) <= timeMillis) {
                release(open, Release.WAIT);
            }
        }
        if (gathered() > 0) {
            awaitRelease();
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
        int rows = gathered();
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

    /** How many rows wait to be released. */
    private int gathered() {
        int rows = 0;
        for (Flight open : filling) {
            rows += open.batch.rows();
        }
        return rows;
    }

    private void release(Release reason) throws Exception {
        for (Flight open : List.copyOf(filling)) {
            release(open, reason);
        }
    }

    /** Releases a batch, unless that has happened. */
    private void release(Flight flight, Release reason) throws Exception {
        if (!filling.remove(flight)) {
            return;
        }
        if (settings.many() != null) {
            byModel(flight.isOfChallenger).remove(flight.model);
            for (int row = 0; row < flight.batch.rows(); row++) {
                fillingOf.remove(flight.batch.vector(row).entity(), flight);
            }
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
        List<Score> answers = new ArrayList<>(shadow == null ? 0 : batch.rows());
        List<Unanswered> unanswered = new ArrayList<>(0);
        long nowMillis = processingTimeService.getCurrentProcessingTime();
        for (int row = 0; row < batch.rows(); row++) {
            String refusal = batch.refusal(row);
            if (refusal == null) {
                Score score = score(flight.lane, flight.route, "", batch, row, nowMillis);
                collect(score);
                flight.lane.metrics().scored();
                if (shadow != null) {
                    answered.add(batch.vector(row));
                    answers.add(score);
                }
            } else {
                flight.lane.metrics().refused();
                unanswered.add(unanswered(flight.lane, batch, row, refusal));
            }
        }
        flight.lane.giveBack(batch);
        lanes.used(flight.lane);
        if (shadow != null) {
            shadows.score(shadow, answered, answers);
        }
        ModelLane champion = flight.champion();
        if (!unanswered.isEmpty()) {
            answer(unanswered, champion);
        }
        if (champion != null) {
            lanes.letGo(champion);
        }
        if (flight.watermark != null) {
            passOn(flight.watermark);
        }
    }

    /** Who is to score the flight's rows too; it may have been retired since they were begun. */
    private @Nullable ModelLane shadowOf(Flight flight) {
        ModelLane shadow = flight.isOfChallenger ? null : flight.other;
        return shadow != null && lanes.isOpen(shadow) ? shadow : null;
    }

    /**
     * Answers otherwise what a version could not.
     *
     * @param champion who has not been asked yet, or null
     */
    private void answer(List<Unanswered> rows, @Nullable ModelLane champion) {
        FallbackSpec fallback = settings.fallback();
        List<Unanswered> left = rows;
        if (champion != null) {
            left = ask(left, row -> champion);
        }
        if (fallback.isPreviousAsked()) {
            left = ask(left, this::previous);
        }
        left.forEach(this::settle);
    }

    /** The constant answers, or the row is a dead letter. */
    private void settle(Unanswered row) {
        Double constant = settings.fallback().score();
        if (constant == null) {
            output.collect(
                    DeadLetter.TAG, new StreamRecord<>(row.letter, row.vector.eventTimeMillis()));
        } else {
            lanes.fellBack();
            collect(score(row, constant));
        }
    }

    private @Nullable ModelLane previous(FeatureVector vector) {
        Answering model = lanes.at(vector);
        return model == null ? null : model.previous(vector.eventTimeMillis());
    }

    /** Names a version that is to answer a row, or null for none. */
    @FunctionalInterface
    private interface Other {
        @Nullable ModelLane of(FeatureVector vector);
    }

    /** Asks another version, and returns the rows that it cannot answer either. */
    private List<Unanswered> ask(List<Unanswered> rows, Other other) {
        List<Unanswered> left = new ArrayList<>();
        int next = 0;
        while (next < rows.size()) {
            ModelLane lane = other.of(rows.get(next).vector);
            int first = next;
            next++;
            if (lane == null) {
                left.add(rows.get(first));
                continue;
            }
            MicroBatch batch = lane.spare();
            batch.add(rows.get(first).vector);
            while (next < rows.size()
                    && !batch.isFull()
                    && other.of(rows.get(next).vector) == lane) {
                batch.add(rows.get(next).vector);
                next++;
            }
            lane.runSpare();
            long nowMillis = processingTimeService.getCurrentProcessingTime();
            for (int row = 0; row < batch.rows(); row++) {
                Unanswered asked = rows.get(first + row);
                if (batch.refusal(row) == null) {
                    lanes.fellBack();
                    String because = asked.letter.detail();
                    collect(score(lane, Score.Route.FALLBACK, because, batch, row, nowMillis));
                    lane.metrics().scored();
                } else {
                    left.add(asked);
                    lane.metrics().refused();
                }
            }
            batch.clear();
        }
        return left;
    }

    private void collect(Score score) {
        scores.setAbsoluteTimestamp(score.eventTimeMillis());
        scores.collect(score);
    }

    private void compare(
            ModelLane challenger, FeatureVector vector, MicroBatch batch, int row, Score answer) {
        long nowMillis = processingTimeService.getCurrentProcessingTime();
        Score shadow = score(challenger, Score.Route.SHADOW, "", batch, row, nowMillis);
        challenger
                .comparison()
                .compared(
                        shadow.value() - answer.value(),
                        !shadow.decision().equals(answer.decision()));
        var compared = new Shadow(shadow, answer.modelVersion(), answer.value(), answer.decision());
        output.collect(Shadow.TAG, new StreamRecord<>(compared, vector.eventTimeMillis()));
    }

    private void passOn(Watermark mark) throws Exception {
        super.processWatermark(mark);
        lanes.passed(mark.getTimestamp());
    }

    private Score score(
            ModelLane lane,
            Score.Route route,
            String because,
            MicroBatch batch,
            int row,
            long nowMillis) {
        FeatureVector vector = batch.vector(row);
        ModelUpdate version = lane.version();
        double value = batch.value(row);
        return new Score(
                vector.origin(),
                vector.eventId(),
                vector.eventTimeMillis(),
                vector.entity(),
                vector.segment(),
                version.model(),
                version.version(),
                version.digest(),
                route,
                because,
                value,
                batch.outputs(row),
                decision.of(value),
                vector.values(),
                vector.warming(),
                nowMillis - vector.origin().timestampMillis());
    }

    /** The pipeline's constant, in the name of the version that could not answer. */
    private Score score(Unanswered row, double value) {
        FeatureVector vector = row.vector;
        long nowMillis = processingTimeService.getCurrentProcessingTime();
        return new Score(
                vector.origin(),
                vector.eventId(),
                vector.eventTimeMillis(),
                vector.entity(),
                vector.segment(),
                row.version.model(),
                row.version.version(),
                row.version.digest(),
                Score.Route.FALLBACK,
                row.letter.detail(),
                value,
                List.of(),
                decision.of(value),
                vector.values(),
                vector.warming(),
                nowMillis - vector.origin().timestampMillis());
    }

    private static Unanswered unanswered(ModelLane lane, MicroBatch batch, int row, String detail) {
        FeatureVector vector = batch.vector(row);
        var letter =
                new DeadLetter(
                        vector.origin(),
                        InferenceStage.NAME,
                        batch.isOverdue(row)
                                ? DeadLetter.Reason.MODEL_TIMEOUT
                                : DeadLetter.Reason.MODEL_FAILED,
                        lane.version() + ": " + detail,
                        vector.eventId());
        return new Unanswered(vector, lane.version(), letter);
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
            leaveAfterBatches(mark);
        } else {
            waiting.add(mark.getTimestamp());
        }
    }

    private void leaveAfterBatches(Watermark mark) throws Exception {
        Flight kept = kept();
        for (Flight open : List.copyOf(filling)) {
            if (open != kept) {
                release(open, Release.WATERMARK);
            }
        }
        Flight last = filling.contains(kept) ? kept : inFlight.peekLast();
        if (last == null) {
            passOn(mark);
        } else {
            last.watermark = mark;
        }
    }

    /** Of the batches that are filled, the one that a watermark waits for: the last champion's. */
    private @Nullable Flight kept() {
        Flight kept = null;
        for (Flight open : filling) {
            kept = kept == null || !open.isOfChallenger ? open : kept;
        }
        return kept;
    }

    /** What lanes ask of this. */
    private final class Subtask implements ModelLanes.Subtask {

        @Override
        public void settle(ModelLane lane) throws Exception {
            for (Flight open : List.copyOf(filling)) {
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
