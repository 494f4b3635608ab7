package io.millrace.monitor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one subtask has counted since it last passed its counts on.
 *
 * <p>A row is counted once, by the step of event time in which all windows agree; what a step holds
 * is added to the window, the day, the segment and all rows when it is taken.
 */
final class QualityTallies {
    /** So many are counted at most before they are taken. */
    private static final int MOST = 1_000;

    private final QualityReporting reporting;
    private Map<QualityKey, Tally> tallies = new HashMap<>();

    /** Where the row before was counted: most rows are counted there too. */
    private @Nullable QualityKey lastKey;

    private Tally last = new Tally();

    QualityTallies(QualityReporting reporting) {
        this.reporting = reporting;
    }

    /** Where a row is counted. */
    Tally of(
            long eventTimeMillis,
            String modelName,
            String modelVersion,
            String route,
            String segment) {
        if (lastKey == null
                || !isOf(lastKey, eventTimeMillis, modelName, modelVersion, route, segment)) {
            long step = reporting.stepMillis();
            lastKey =
                    new QualityKey(
                            modelName,
                            modelVersion,
                            route,
                            segment,
                            Math.floorDiv(eventTimeMillis, step) * step,
                            step);
            last = tallies.computeIfAbsent(lastKey, key -> new Tally());
        }
        return last;
    }

    private static boolean isOf(
            QualityKey key,
            long eventTimeMillis,
            String modelName,
            String modelVersion,
            String route,
            String segment) {
        long since = eventTimeMillis - key.windowStartMillis();
        return since >= 0
                && since < key.windowMillis()
                && segment.equals(key.segment())
                && modelVersion.equals(key.modelVersion())
                && route.equals(key.route())
                && modelName.equals(key.modelName());
    }

    boolean isFull() {
        return tallies.size() >= MOST;
    }

    /** Everything that was counted, by what it is reported by, and begins anew. */
    List<QualityPartial> take() {
        Map<QualityKey, Tally> sums = new HashMap<>();
        tallies.forEach(
                (step, tally) -> {
                    var counts = tally.counts();
                    for (QualityKey key : reporting.keys(step)) {
                        sums.computeIfAbsent(key, k -> new Tally()).addAll(counts);
                    }
                });
        List<QualityPartial> taken = new ArrayList<>(sums.size());
        sums.forEach(
                (key, sum) -> {
                    var counts = sum.counts();
                    if (counts.cells().length > 0) {
                        taken.add(new QualityPartial(key, counts));
                    }
                });
        tallies = new HashMap<>();
        lastKey = null;
        return taken;
    }
}
