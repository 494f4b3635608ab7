package io.millrace.jobs.backfill;

import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Gives each event the newest of its labels, once all rows of its id have been seen. Of two labels
 * of one instant the greater counts, in whatever order they come.
 */
final class LabelJoinFunction extends KeyedProcessFunction<String, TrainingRow, TrainingRow> {
    private static final long serialVersionUID = 1L;

    private transient ListState<TrainingRow> events;
    private transient ValueState<TrainingRow> newest;

    @Override
    public void open(OpenContext context) {
        var type = TypeInformation.of(TrainingRow.class);
        events = getRuntimeContext().getListState(new ListStateDescriptor<>("events", type));
        newest = getRuntimeContext().getState(new ValueStateDescriptor<>("label", type));
    }

    @Override
    public void processElement(TrainingRow row, Context context, Collector<TrainingRow> out)
            throws Exception {
        if (row.isEvent()) {
            events.add(row);
            // In batch mode: when the rows of this id have ended; and the row leaves with its time.
            context.timerService().registerEventTimeTimer(row.eventTimeMillis());
        } else if (isNewer(row, newest.value())) {
            newest.update(row);
        }
    }

    private static boolean isNewer(TrainingRow label, @Nullable TrainingRow known) {
        return known == null
                || label.labelTimeMillis() > known.labelTimeMillis()
                || (label.labelTimeMillis() == known.labelTimeMillis()
                        && label.label() > known.label());
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<TrainingRow> out)
            throws Exception {
        TrainingRow label = newest.value();
        for (TrainingRow event : events.get()) {
            if (event.eventTimeMillis() == timestamp) {
                out.collect(label == null ? event : event.with(label));
            }
        }
    }
}
