package io.millrace.sink;

import io.millrace.record.Duplicate;
import io.millrace.record.Outgoing;
import java.io.IOException;

/** Duplicates as JSON: where the second copy was read, and where the first. */
final class DuplicateEncoder implements Encoder<Duplicate> {
    private final String topic;
    private final JsonBuffer json;

    DuplicateEncoder(SinkConfig config) throws IOException {
        json = new JsonBuffer();
        topic = config.duplicates();
    }

    @Override
    public Outgoing apply(Duplicate duplicate) throws IOException {
        json.begin();
        json.text(Field.EVENT_ID, Coordinates.cut(duplicate.eventId()));
        json.number(Field.FIRST_PARTITION, duplicate.firstPartition());
        json.number(Field.FIRST_OFFSET, duplicate.firstOffset());
        Coordinates.write(duplicate.origin(), json);
        return new Outgoing(
                topic,
                Coordinates.key(duplicate.origin()),
                json.end(),
                duplicate.origin().traceparent());
    }
}
