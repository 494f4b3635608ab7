package io.millrace.jobs.parity;

import io.millrace.record.Received;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.MapData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.util.Collector;

/** Reads the features of each score in the order that the model declares. */
final class LoggedFunction extends RichFlatMapFunction<Received, ParityRow> {
    private static final long serialVersionUID = 1L;

    static final String WITHOUT_FEATURES = "without-features";

    private static final int MILLISECONDS = 3;

    private final Map<String, Integer> slots = new HashMap<>();
    private final LongCounter withoutFeatures = new LongCounter();

    LoggedFunction(List<String> features) {
        for (int slot = 0; slot < features.size(); slot++) {
            slots.put(features.get(slot), slot);
        }
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
                        values(score.getMap(Scores.FEATURES))));
    }

    private double[] values(MapData features) {
        var values = new double[slots.size()];
        java.util.Arrays.fill(values, Double.NaN);
        ArrayData names = features.keyArray();
        ArrayData numbers = features.valueArray();
        for (int i = 0; i < features.size(); i++) {
            Integer slot = slots.get(names.getString(i).toString());
            if (slot != null && !numbers.isNullAt(i)) {
                values[slot] = numbers.getDouble(i);
            }
        }
        return values;
    }
}
