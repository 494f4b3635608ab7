package io.millrace.jobs.backfill;

import io.millrace.record.Event;
import io.millrace.spec.ColumnSpec;
import io.millrace.spec.LabelsSpec;
import java.util.List;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.util.Collector;

/** Reads the value of each label that was known by a deadline. */
final class LabelFunction implements FlatMapFunction<Event, TrainingRow> {
    private static final long serialVersionUID = 1L;

    private final RowData.FieldGetter value;
    private final long untilMillis;

    /**
     * Of the labels of a pipeline.
     *
     * @param untilMillis the last label time that counts
     */
    LabelFunction(LabelsSpec labels, long untilMillis) {
        List<ColumnSpec> columns = labels.stream().columns();
        List<String> names = columns.stream().map(ColumnSpec::name).toList();
        int position = names.indexOf(labels.value());
        LogicalType type = columns.get(position).type();
        this.value = RowData.createFieldGetter(type, position);
        this.untilMillis = untilMillis;
    }

    @Override
    public void flatMap(Event label, Collector<TrainingRow> out) {
        Object known = value.getFieldOrNull(label.row());
        if (known != null && label.eventTimeMillis() <= untilMillis) {
            out.collect(
                    TrainingRow.label(label.id(), label.eventTimeMillis(), LabelValue.of(known)));
        }
    }
}
