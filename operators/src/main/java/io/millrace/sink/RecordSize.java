package io.millrace.sink;

/**
 * How large a record may be, so that a topic with Kafka's default settings takes it.
 *
 * <p>A topic takes batches of up to 1,048,588 bytes by default, a producer sends requests of up to
 * 1,048,576. What is left beside {@link #MAX_BYTES} is for batch headers, record headers, and for
 * compression that makes random bytes a little longer.
 */
final class RecordSize {
    /** The largest key and value together, bytes. */
    static final int MAX_BYTES = 1_000_000;

    /** The largest request of the producer, and so what every output topic must take, bytes. */
    static final int MAX_REQUEST_BYTES = 1 << 20;

    /** The most of a refused record's bytes that a dead letter keeps, as they are encoded. */
    static final int MAX_ORIGINAL_BYTES = 900_000;

    /** The most characters of an event id, or of a dead letter's detail, outside a score. */
    static final int MAX_TEXT_CHARS = 4_096;

    private RecordSize() {}
}
