package io.millrace.jobs.parity;

import io.millrace.record.Received;
import java.util.List;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.table.data.RowData;
import org.apache.flink.util.Collector;

/** Reads the features of each score in the order that the model declares. */
final class LoggedFunction extends RichFlatMapFunction<Received, ParityRow> {
    private static final long serialVersionUID = 1L;

    static final String WITHOUT_FEATURES = "without-features";

    private static final int MILLISECONDS = 3;

    private final FeatureSlots slots;
    private final LongCounter withoutFeatures = new LongCounter();

    LoggedFunction(List<String> features) {
        this.slots = new FeatureSlots(features);
    }

    @Override
    public void open(OpenContext context) {
        getRuntimeContext().addAccumulator(WITHOUT_FEATURES, withoutFeatures);
    }

    @Override
    public void flatMap(Received received, Collector<ParityRow> out) {
        RowData score = received.row();
        if (score == null || score.isNullAt(Scores.FEATURES)) {
            withoutFeatures.add(1);
            return;
        }
        out.collect(
                ParityRow.logged(
                        score.getString(Scores.EVENT_ID).toString(),
                        score.getTimestamp(Scores.EVENT_TIME, MILLISECONDS).getMillisecond(),
                        score.getInt(Scores.SOURCE_PARTITION),
                        score.getLong(Scores.SOURCE_OFFSET),
                        slots.values(score.getMap(Scores.FEATURES))));
    }
}
