package io.millrace.inference;

import io.millrace.inference.ModelLanes.Answering;
import io.millrace.record.DeadLetter;
import io.millrace.record.FeatureVector;
import io.millrace.record.ModelUpdate;
import io.millrace.record.Score;
import io.millrace.record.Shadow;
import io.millrace.spec.FallbackSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of rows that have been run: scores, comparisons, dead letters. Rows that a version
 * could not answer are answered by others, as far as the pipeline's fallback lets them.
 */
final class Answers {
    private final Output output;
    private final LongSupplier clock;
    private final FallbackSpec fallback;
    private final Decision decision;
    private final ModelLanes lanes;

    /** Where they go. */
    interface Output {
        void score(Score score);

        void deadLetter(DeadLetter letter, long eventTimeMillis);

        void shadow(Shadow shadow);
    }

    /** Names a version that is to answer a row, or null for none. */
    @FunctionalInterface
    private interface Other {
        @Nullable ModelLane of(FeatureVector vector);
    }

    /**
     * @param clock the processing time, epoch milliseconds
     */
    Answers(InferenceConfig settings, ModelLanes lanes, Output output, LongSupplier clock) {
        this.output = output;
        this.clock = clock;
        this.fallback = settings.fallback();
        this.decision = settings.decision();
        this.lanes = lanes;
    }

    /** A version has answered a row. */
    Score scored(ModelLane lane, Score.Route route, MicroBatch batch, int row, long nowMillis) {
        return scored(lane, score(lane, route, "", batch, row, nowMillis));
    }

    private Score scored(ModelLane lane, Score score) {
        output.score(score);
        lane.metrics().scored();
        return score;
    }

    /**
     * Answers otherwise what a version could not.
     *
     * @param champion who has not been asked yet, or null
     */
    void answer(List<Unanswered> rows, @Nullable ModelLane champion) {
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
    void settle(Unanswered row) {
        Double constant = fallback.score();
        if (constant == null) {
            output.deadLetter(row.letter(), row.vector().eventTimeMillis());
        } else {
            lanes.fellBack();
            output.score(score(row, constant));
        }
    }

    private @Nullable ModelLane previous(FeatureVector vector) {
        Answering model = lanes.at(vector);
        return model == null ? null : model.previous(vector.eventTimeMillis());
    }

    /** Asks another version, and returns the rows that it cannot answer either. */
    private List<Unanswered> ask(List<Unanswered> rows, Other other) {
        List<Unanswered> left = new ArrayList<>();
        int next = 0;
        while (next < rows.size()) {
            ModelLane lane = other.of(rows.get(next).vector());
            int first = next;
            next++;
            if (lane == null) {
                left.add(rows.get(first));
                continue;
            }
            MicroBatch batch = lane.spare();
            batch.add(rows.get(first).vector());
            while (next < rows.size()
                    && !batch.isFull()
                    && other.of(rows.get(next).vector()) == lane) {
                batch.add(rows.get(next).vector());
                next++;
            }
            lane.runSpare();
            long nowMillis = clock.getAsLong();
            for (int row = 0; row < batch.rows(); row++) {
                Unanswered asked = rows.get(first + row);
                if (batch.refusal(row) == null) {
                    lanes.fellBack();
                    String because = asked.letter().detail();
                    scored(lane, score(lane, Score.Route.FALLBACK, because, batch, row, nowMillis));
                } else {
                    left.add(asked);
                    lane.metrics().refused();
                }
            }
            batch.clear();
        }
        return left;
    }

    /** A challenger has scored a row that was answered. */
    void compare(ModelLane challenger, MicroBatch batch, int row, Score answer) {
        long nowMillis = clock.getAsLong();
        Score shadow = score(challenger, Score.Route.SHADOW, "", batch, row, nowMillis);
        challenger
                .comparison()
                .compared(
                        shadow.value() - answer.value(),
                        !shadow.decision().equals(answer.decision()));
        output.shadow(new Shadow(shadow, answer.modelVersion(), answer.value(), answer.decision()));
    }

    private Score score(
            ModelLane lane,
            Score.Route route,
            String because,
            MicroBatch batch,
            int row,
            long nowMillis) {
        return score(
                batch.vector(row),
                lane.version(),
                route,
                because,
                batch.value(row),
                batch.outputs(row),
                nowMillis);
    }

    /** The pipeline's constant, in the name of the version that could not answer. */
    private Score score(Unanswered row, double value) {
        return score(
                row.vector(),
                row.version(),
                Score.Route.FALLBACK,
                row.letter().detail(),
                value,
                List.of(),
                clock.getAsLong());
    }

    private Score score(
            FeatureVector vector,
            ModelUpdate version,
            Score.Route route,
            String because,
            double value,
            List<Score.Output> outputs,
            long nowMillis) {
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
                outputs,
                decision.of(value),
                vector.values(),
                vector.warming(),
                nowMillis - vector.origin().timestampMillis());
    }
}
