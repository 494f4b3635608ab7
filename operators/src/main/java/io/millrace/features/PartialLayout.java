package io.millrace.features;

import io.millrace.record.Event;
import io.millrace.record.EventTypeInfo;
import io.millrace.spec.ColumnSpec;
import io.millrace.spec.FeaturesSpec.FeatureSpec;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.RowType;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Partial} holds: how each number of its vector is computed, in words, and the
 * columns of its row. A row of another layout is adopted: numbers that are computed alike and
 * columns of one name are kept, whatever their places.
 *
 * @param slots how each number is computed; its name plays no part
 * @param events the columns of events
 * @param labels the columns of labels; empty where there are none
 */
record PartialLayout(List<String> slots, List<ColumnSpec> events, List<ColumnSpec> labels)
        implements Serializable {
    private static final int ABSENT = -1;

    PartialLayout {
        slots = List.copyOf(slots);
        events = List.copyOf(events);
        labels = List.copyOf(labels);
    }

    static PartialLayout of(FeatureConfig config) {
        return new PartialLayout(
                config.vector().stream().map(PartialLayout::words).toList(),
                config.eventColumns(),
                config.labelColumns());
    }

    /** What a feature says, apart from its name and from whom it is for. */
    private static String words(FeatureSpec feature) {
        return feature.toString()
                .replace("name=" + feature.name() + ", ", "")
                .replace(", internal=" + feature.internal(), "");
    }

    int width() {
        return slots.size();
    }

    EventTypeInfo eventType() {
        return type(events);
    }

    EventTypeInfo labelType() {
        return type(labels);
    }

    private static EventTypeInfo type(List<ColumnSpec> columns) {
        return EventTypeInfo.of(
                new RowType(
                        false,
                        columns.stream()
                                .map(column -> new RowType.RowField(column.name(), column.type()))
                                .toList()));
    }

    /**
     * Why rows of another layout cannot be adopted, in one sentence; null where they can be. A
     * column keeps its type, and a new one has no value in the rows from before.
     */
    @Nullable String refusalOf(PartialLayout written) {
        String refusal = refusal("events", events, written.events);
        return refusal == null ? refusal("labels", labels, written.labels) : refusal;
    }

    private static @Nullable String refusal(
            String stream, List<ColumnSpec> columns, List<ColumnSpec> written) {
        if (written.isEmpty()) {
            return null; // There was no such stream, so no row of it waits.
        }
        for (ColumnSpec column : columns) {
            String type = column.type().asSerializableString();
            int index = indexOf(column.name(), written);
            if (index == ABSENT) {
                if (!column.type().isNullable()) {
                    return ("column %s of %s is %s and not in the savepoint, whose waiting rows"
                                + " have no value for it; declare it without NOT NULL, or keep its"
                                + " old name, or bootstrap")
                            .formatted(column.name(), stream, type);
                }
                continue;
            }
            var before = written.get(index).type();
            boolean fits = column.type().equals(before) || column.type().equals(before.copy(true));
            if (!fits) {
                return ("column %s of %s is %s and %s in the savepoint; keep the type, or declare"
                                + " the column under another name, or bootstrap")
                        .formatted(column.name(), stream, type, before.asSerializableString());
            }
        }
        return null;
    }

    /**
     * A row of this layout. What its vector does not know is NaN and {@linkplain Partial#warming
     * marked}, until a step computes it.
     */
    Partial adopt(Partial row) {
        PartialLayout written = row.written();
        if (written == null) {
            return row;
        }
        if (row.isLabel()) {
            return Partial.label(adopt(row.event(), labels, written.labels));
        }
        double[] values = new double[width()];
        int[] from = slots.stream().mapToInt(written.slots::indexOf).toArray();
        for (int slot = 0; slot < values.length; slot++) {
            values[slot] = from[slot] == ABSENT ? Double.NaN : row.values()[from[slot]];
        }
        int[] unknown =
                IntStream.range(0, from.length)
                        .filter(
                                slot ->
                                        from[slot] == ABSENT
                                                || Arrays.binarySearch(row.warming(), from[slot])
                                                        >= 0)
                        .toArray();
        return Partial.event(adopt(row.event(), events, written.events), values, unknown);
    }

    private static Event adopt(Event event, List<ColumnSpec> columns, List<ColumnSpec> written) {
        if (columns.equals(written)) {
            return event;
        }
        var row = new GenericRowData(event.row().getRowKind(), columns.size());
        for (int index = 0; index < columns.size(); index++) {
            int from = indexOf(columns.get(index).name(), written);
            if (from != ABSENT) {
                row.setField(
                        index,
                        RowData.createFieldGetter(written.get(from).type(), from)
                                .getFieldOrNull(event.row()));
            }
        }
        return new Event(event.origin(), event.id(), event.eventTimeMillis(), row);
    }

    private static int indexOf(String name, List<ColumnSpec> columns) {
        for (int index = 0; index < columns.size(); index++) {
            if (columns.get(index).name().equals(name)) {
                return index;
            }
        }
        return ABSENT;
    }
}
