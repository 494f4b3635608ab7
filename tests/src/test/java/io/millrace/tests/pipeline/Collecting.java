package io.millrace.tests.pipeline;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/**
 * Collects what a job in this process emits, at once and without exactly-once: a failed job's
 * second attempt collects again.
 *
 * @param name tells one sink of the test's process from the others
 */
record Collecting<T>(String name) implements Sink<T> {
    private static final Map<String, Queue<Object>> COLLECTED = new ConcurrentHashMap<>();

    private Queue<Object> queue() {
        return COLLECTED.computeIfAbsent(name, n -> new ConcurrentLinkedQueue<>());
    }

    /** What has been collected so far, in the order of its coming. */
    @SuppressWarnings("unchecked")
    List<T> collected() {
        return (List<T>) List.copyOf(queue());
    }

    @Override
    public SinkWriter<T> createWriter(WriterInitContext context) {
        return new SinkWriter<>() {
            @Override
            public void write(T element, Context context) {
                queue().add(element);
            }

            @Override
            public void flush(boolean endOfInput) {}

            @Override
            public void close() {}
        };
    }
}
