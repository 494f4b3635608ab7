package io.millrace.jobs.parity;

import io.millrace.record.Event;
import io.millrace.record.Origin;
import io.millrace.spec.ColumnSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.table.data.RowData;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/** Says of each row when it arrived, once for each of its entities. */
final class ArrivalFunction implements FlatMapFunction<Event, Arrival> {
    private static final long serialVersionUID = 1L;

    private final boolean areLabels;
    private final List<String> entities = new ArrayList<>();
    private final List<List<RowData.FieldGetter>> values = new ArrayList<>();

    /**
     * For one stream.
     *
     * @param entities the columns that identify each entity; one that the stream does not have is
     *     left out
     */
    ArrivalFunction(
            boolean areLabels, Map<String, List<String>> entities, List<ColumnSpec> columns) {
        this.areLabels = areLabels;
        List<String> names = columns.stream().map(ColumnSpec::name).toList();
        entities.forEach(
                (entity, identifying) -> {
                    if (names.containsAll(identifying)) {
                        this.entities.add(entity);
                        this.values.add(
                                identifying.stream()
                                        .map(names::indexOf)
                                        .map(
                                                position ->
                                                        RowData.createFieldGetter(
                                                                columns.get(position).type(),
                                                                position))
                                        .toList());
                    }
                });
    }

    @Override
    public void flatMap(Event event, Collector<Arrival> out) {
        Origin origin = event.origin();
        for (int i = 0; i < values.size(); i++) {
            String value = value(values.get(i), event.row());
            if (value != null) {
                out.collect(
                        new Arrival(
                                entities.get(i) + " " + value,
                                areLabels,
                                event.id(),
                                event.eventTimeMillis(),
                                origin.topic(),
                                origin.partition(),
                                origin.offset(),
                                origin.timestampMillis()));
            }
        }
    }

    /** The values of an entity's columns, or null where one is missing. */
    private static @Nullable String value(List<RowData.FieldGetter> columns, RowData row) {
        var text = new StringJoiner(", ");
        for (RowData.FieldGetter column : columns) {
            Object value = column.getFieldOrNull(row);
            if (value == null) {
                return null;
            }
            text.add(value.toString());
        }
        return text.toString();
    }
}
