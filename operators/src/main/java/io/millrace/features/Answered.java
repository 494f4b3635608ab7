package io.millrace.features;

import java.io.Serializable;
import java.util.List;

/**
 * How far the feature stage had come when a savepoint was taken. Times are epoch milliseconds.
 *
 * @param untilMillis every row at or before it is learnt and answered, every later one waits; the
 *     end of time where rows do not wait
 * @param horizonMillis no event at or before it is answered any more
 */
public record Answered(long untilMillis, long horizonMillis) implements Serializable {

    /**
     * What the steps of a savepoint say together: what all of them have answered. Where a step saw
     * no more rows, there were none to answer.
     */
    static Answered of(List<Recorded> steps) {
        return new Answered(
                steps.stream().mapToLong(Answered::untilMillis).min().orElse(Long.MAX_VALUE),
                steps.stream().mapToLong(Recorded::horizonMillis).min().orElse(Recorded.NOTHING));
    }

    private static long untilMillis(Recorded step) {
        return step.waits() ? step.watermarkMillis() : Long.MAX_VALUE;
    }
}
