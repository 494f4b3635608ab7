package io.millrace.sink;

import io.millrace.record.Outgoing;
import java.io.IOException;
import java.io.Serializable;

/** Turns records of one kind into bytes for their topic. Not thread-safe: it reuses its buffers. */
interface Encoder<T> {

    Outgoing apply(T record) throws IOException;

    /** Makes an encoder where the records are. */
    interface Factory<T> extends Serializable {
        Encoder<T> create(SinkConfig config) throws IOException;
    }
}
