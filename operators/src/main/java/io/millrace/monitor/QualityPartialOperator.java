package io.millrace.monitor;

import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Counts the rows of one subtask, so that few records go to whoever counts all, however many rows
 * one key has.
 *
 * <p>What it has counted goes on before each barrier, so that none is ever in state, and before
 * each watermark that a report may be due at.
 */
abstract class QualityPartialOperator<T> extends AbstractStreamOperator<QualityPartial>
        implements OneInputStreamOperator<T, QualityPartial>, BoundedOneInput {
    private static final long serialVersionUID = 1L;

    private final QualityPlan plan;

    private transient QualityReporting reporting;
    private transient QualityTallies tallies;
    private transient long step;

    @SuppressWarnings("NullAway.Init") // set in open(), which Flink calls before the first record
    QualityPartialOperator(QualityPlan plan) {
        this.plan = plan;
    }

    @Override
    public void open() throws Exception {
        super.open();
        reporting = new QualityReporting(plan);
        tallies = new QualityTallies(reporting);
        step = Long.MIN_VALUE;
    }

    abstract void count(T row, QualityTallies counted);

    @Override
    public void processElement(StreamRecord<T> element) {
        count(element.getValue(), tallies);
        if (tallies.isFull()) {
            passOn();
        }
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
        for (QualityPartial partial : tallies.take()) {
            output.collect(new StreamRecord<>(partial));
        }
    }
}
