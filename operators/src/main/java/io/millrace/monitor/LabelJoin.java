package io.millrace.monitor;

import io.millrace.monitor.Outcome.Truth;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Joins the scores and the labels of an event, in event time.
 *
 * <p>Of several scores of one model version the first in event time counts. Of its labels, the last
 * one counts that is neither older than the event nor from more than a horizon later. What comes in
 * which order makes no difference: each arrival takes back what was said before and says what is
 * known now.
 */
final class LabelJoin {
    private final long horizonMillis;

    LabelJoin(long horizonMillis) {
        this.horizonMillis = horizonMillis;
    }

    /**
     * What one arrival changes.
     *
     * @param state the state to keep
     * @param changes what to count
     * @param spentAt as {@link #spentAt} says, where that is not what it was before; else null
     */
    record Step(LabelledEvent state, List<Outcome> changes, @Nullable Long spentAt) {}

    Step apply(String eventId, @Nullable LabelledEvent before, AwaitingScore score) {
        var known = before == null ? LabelledEvent.UNKNOWN : before;
        List<AwaitingScore> scores = new ArrayList<>(known.scores().size() + 1);
        AwaitingScore first = score;
        for (AwaitingScore other : known.scores()) {
            if (!score.isOfSameModel(other)) {
                scores.add(other);
            } else if (!score.isBefore(other)) {
                first = other;
            }
        }
        scores.add(first);
        return step(eventId, known, new LabelledEvent(scores, known.labels()));
    }

    Step apply(String eventId, @Nullable LabelledEvent before, SeenLabel label) {
        var known = before == null ? LabelledEvent.UNKNOWN : before;
        List<SeenLabel> labels = new ArrayList<>(known.labels());
        int at = labels.size();
        while (at > 0 && labels.get(at - 1).isAfter(label)) {
            at--;
        }
        labels.add(at, label);
        return step(eventId, known, new LabelledEvent(known.scores(), labels));
    }

    private Step step(String eventId, LabelledEvent before, LabelledEvent after) {
        List<Outcome> changes = new ArrayList<>();
        for (AwaitingScore score : before.scores()) {
            changes.add(outcome(eventId, score, before).takenBack());
        }
        for (AwaitingScore score : after.scores()) {
            changes.add(outcome(eventId, score, after));
        }
        long spentAt = spentAt(after);
        return new Step(
                after, withoutWhatStays(changes), spentAt == spentAt(before) ? null : spentAt);
    }

    /** Most arrivals change one thing; what is taken back and said again is not worth sending. */
    private static List<Outcome> withoutWhatStays(List<Outcome> changes) {
        if (changes.size() < 2) {
            return changes;
        }
        List<Outcome> left = new ArrayList<>();
        for (Outcome change : changes) {
            if (!left.remove(change.takenBack())) {
                left.add(change);
            }
        }
        return left;
    }

    /** What is known of an event's scores. */
    List<Outcome> outcomes(String eventId, LabelledEvent state) {
        List<Outcome> outcomes = new ArrayList<>(state.scores().size());
        for (AwaitingScore score : state.scores()) {
            outcomes.add(outcome(eventId, score, state));
        }
        return outcomes;
    }

    /** What is known of one of an event's scores. */
    Outcome outcome(String eventId, AwaitingScore score, LabelledEvent event) {
        int before = 0;
        int late = 0;
        int inTime = 0;
        SeenLabel last = null;
        for (SeenLabel label : event.labels()) {
            long delayMillis = label.eventTimeMillis() - score.eventTimeMillis();
            if (delayMillis < 0) {
                before++;
            } else if (delayMillis > horizonMillis) {
                late++;
            } else {
                inTime++;
                last = label;
            }
        }
        AwaitingScore answered = score.isShadow() ? answered(event.scores()) : null;
        return new Outcome(
                1,
                eventId,
                score.eventTimeMillis(),
                score.modelName(),
                score.modelVersion(),
                score.route(),
                score.segment(),
                score.score(),
                score.chance(),
                score.isDecided(),
                answered == null ? Double.NaN : answered.score(),
                answered != null && answered.isDecided(),
                last == null ? Truth.UNKNOWN : last.isPositive() ? Truth.POSITIVE : Truth.NEGATIVE,
                last == null ? 0 : last.eventTimeMillis() - score.eventTimeMillis(),
                before,
                late,
                Math.max(0, inTime - 1));
    }

    /** What the event was answered with; of several answers, the first in event time. */
    private static @Nullable AwaitingScore answered(List<AwaitingScore> scores) {
        AwaitingScore first = null;
        for (AwaitingScore score : scores) {
            if (!score.isShadow() && (first == null || score.isBefore(first))) {
                first = score;
            }
        }
        return first;
    }

    /**
     * The event time from which on nothing can change any more what is known; of labels without a
     * score, up to which one is waited for.
     */
    long spentAt(LabelledEvent state) {
        long last = Long.MIN_VALUE;
        for (AwaitingScore score : state.scores()) {
            last = Math.max(last, score.eventTimeMillis());
        }
        if (state.scores().isEmpty()) {
            for (SeenLabel label : state.labels()) {
                last = Math.max(last, label.eventTimeMillis());
            }
        }
        return last + horizonMillis;
    }

    /** Whether what happened then is past the horizon. */
    boolean isTooLate(long eventTimeMillis, long watermark) {
        return eventTimeMillis + horizonMillis <= watermark;
    }
}
