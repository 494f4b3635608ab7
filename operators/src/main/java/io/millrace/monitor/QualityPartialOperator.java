package io.millrace.monitor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.jspecify.annotations.Nullable;

/**
 * Counts the outcomes of one subtask, so that few records go to whoever counts all, however many
 * rows one key has.
 *
 * <p>What it has counted goes on before each barrier, so that none is ever in state, and before
 * each watermark that a report may be due at.
 */
final class QualityPartialOperator extends AbstractStreamOperator<QualityPartial>
        implements OneInputStreamOperator<Outcome, QualityPartial>, BoundedOneInput {
    private static final long serialVersionUID = 1L;

    /** So many keys are counted at most before they go on. */
    private static final int MOST_KEYS = 1_000;

    private final QualityPlan plan;

    private transient QualityReporting reporting;
    private transient Map<QualityKey, Tally> tallies;

    /** The row before and what it was counted in: most rows are counted where that one was. */
    private transient @Nullable Outcome last;

    private transient List<Tally> lastTallies;

    /** The event times that are counted there too. */
    private transient long lastFromMillis;

    private transient long lastToMillis;
    private transient long step;

    @SuppressWarnings("NullAway.Init") // set in open(), which Flink calls before the first record
    QualityPartialOperator(QualityPlan plan) {
        this.plan = plan;
    }

    @Override
    public void open() throws Exception {
        super.open();
        reporting = new QualityReporting(plan);
        tallies = new HashMap<>();
        lastTallies = List.of();
        step = Long.MIN_VALUE;
    }

    @Override
    public void processElement(StreamRecord<Outcome> element) {
        var outcome = element.getValue();
        if (last == null || !isCountedWith(last, outcome)) {
            find(outcome);
        }
        for (int i = 0; i < lastTallies.size(); i++) {
            QualityCells.count(outcome, lastTallies.get(i));
        }
        if (tallies.size() >= MOST_KEYS) {
            passOn();
        }
    }

    private boolean isCountedWith(Outcome before, Outcome outcome) {
        return outcome.eventTimeMillis() >= lastFromMillis
                && outcome.eventTimeMillis() < lastToMillis
                && outcome.segment().equals(before.segment())
                && outcome.modelVersion().equals(before.modelVersion())
                && outcome.route().equals(before.route())
                && outcome.modelName().equals(before.modelName());
    }

    private void find(Outcome outcome) {
        lastTallies = new ArrayList<>();
        lastFromMillis = Long.MIN_VALUE;
        lastToMillis = Long.MAX_VALUE;
        for (QualityKey key : reporting.keys(outcome)) {
            lastTallies.add(tallies.computeIfAbsent(key, k -> new Tally()));
            lastFromMillis = Math.max(lastFromMillis, key.windowStartMillis());
            lastToMillis = Math.min(lastToMillis, key.windowEndMillis());
        }
        last = outcome;
    }

    @Override
    public void processWatermark(Watermark watermark) throws Exception {
        long passed = reporting.stepsPassed(watermark.getTimestamp());
        if (passed > step) {
            step = passed;
            passOn();
        }
        super.processWatermark(watermark);
    }

    @Override
    public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
        super.prepareSnapshotPreBarrier(checkpointId);
        passOn();
    }

    @Override
    public void endInput() {
        passOn();
    }

    private void passOn() {
        tallies.forEach(
                (key, tally) -> {
                    var counts = tally.counts();
                    if (counts.cells().length > 0) {
                        output.collect(new StreamRecord<>(new QualityPartial(key, counts)));
                    }
                });
        tallies.clear();
        last = null;
    }
}
