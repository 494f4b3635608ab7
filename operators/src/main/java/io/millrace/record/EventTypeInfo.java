package io.millrace.record;

import java.util.Objects;
import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.RowType;

/**
 * The Flink type of {@link Event}s whose rows have one set of declared columns.
 *
 * <p>Flink cannot find it by reflection, since it depends on the columns: every operator that emits
 * events states it with {@code returns}.
 */
public final class EventTypeInfo extends RecordTypeInfo<Event> {
    private static final long serialVersionUID = 1L;

    private final InternalTypeInfo<RowData> row;

    private EventTypeInfo(InternalTypeInfo<RowData> row) {
        super(Event.class);
        this.row = row;
    }

    /** The type of events with these columns. */
    public static EventTypeInfo of(RowType columns) {
        return new EventTypeInfo(InternalTypeInfo.of(columns));
    }

    /** The declared columns. */
    public RowType columns() {
        return row.toRowType();
    }

    @Override
    public EventSerializer createSerializer(SerializerConfig config) {
        return new EventSerializer((RowDataSerializer) row.createSerializer(config));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EventTypeInfo that && row.equals(that.row);
    }

    @Override
    public int hashCode() {
        return Objects.hash(EventTypeInfo.class, row);
    }

    @Override
    public String toString() {
        return "Event(" + row + ")";
    }
}
