package io.millrace.ingest;

import io.millrace.record.Event;
import org.apache.flink.api.java.functions.KeySelector;

/** The column that both copies of an event share, as text; the event id where it is null. */
final class PartitionKey implements KeySelector<Event, String> {
    private static final long serialVersionUID = 1L;

    private final int position;
    private final ColumnText text;

    private PartitionKey(int position, ColumnText text) {
        this.position = position;
        this.text = text;
    }

    static PartitionKey of(IngestConfig config, String column) {
        int position = Columns.position(config.columns(), column, "deduplicate.partition-by");
        return new PartitionKey(position, ColumnText.of(config.columns().get(position), position));
    }

    @Override
    public String getKey(Event event) {
        return event.row().isNullAt(position) ? event.id() : text.read(event.row());
    }
}
