package io.millrace.jobs.bootstrap;

import io.millrace.jobs.bootstrap.Seam.Edge;
import io.millrace.jobs.pipeline.TopicConsumer;
import io.millrace.source.RecordReader;
import io.millrace.source.SourceConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** What a topic holds of what a savepoint's job has read, and what follows. */
final class TopicEdges {
    private static final Duration POLL = Duration.ofMillis(200);

    private final SourceConfig topic;

    /** The offset after the last record of each partition that the job has read. */
    private final Map<TopicPartition, Long> read;

    private final Map<TopicPartition, Long> begins;
    private final Map<TopicPartition, Long> ends;

    private TopicEdges(
            SourceConfig topic,
            Map<TopicPartition, Long> read,
            Map<TopicPartition, Long> begins,
            Map<TopicPartition, Long> ends) {
        this.topic = topic;
        this.read = read;
        this.begins = begins;
        this.ends = ends;
    }

    /** Asks for the edges of what a job has read. */
    static TopicEdges of(SourceConfig topic, Map<TopicPartition, Long> read) {
        try (Consumer<byte[], byte[]> consumer = TopicConsumer.open(topic)) {
            return new TopicEdges(
                    topic,
                    read,
                    consumer.beginningOffsets(read.keySet()),
                    consumer.endOffsets(read.keySet()));
        }
    }

    /** How many records are there that the job has read, and transaction markers. */
    long records() {
        return read.entrySet().stream()
                .mapToLong(end -> Math.max(0, end.getValue() - begin(end.getKey())))
                .sum();
    }

    /** Whether retention has deleted nothing. */
    boolean areWhole() {
        return read.keySet().stream().allMatch(partition -> begin(partition) == 0);
    }

    /** Reads the event times at the edges of each partition. */
    List<Edge> edges() throws IOException {
        var records = new RecordReader(topic);
        var edges = new ArrayList<Edge>();
        try (Consumer<byte[], byte[]> consumer = TopicConsumer.open(topic)) {
            for (var entry : read.entrySet()) {
                TopicPartition partition = entry.getKey();
                long begin = begin(partition);
                long next = Math.max(begin, entry.getValue());
                long end = ends.getOrDefault(partition, 0L);
                edges.add(
                        new Edge(
                                begin > 0,
                                first(consumer, partition, begin, next, records),
                                first(consumer, partition, next, end, records)));
            }
        }
        return edges;
    }

    /** The event time of the first record of a range that has one. */
    private static long first(
            Consumer<byte[], byte[]> consumer,
            TopicPartition partition,
            long from,
            long to,
            RecordReader records)
            throws IOException {
        consumer.assign(List.of(partition));
        consumer.seek(partition, from);
        while (consumer.position(partition) < to) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                OptionalLong millis =
                        record.offset() < to ? records.eventTime(record) : OptionalLong.empty();
                if (millis.isPresent()) {
                    return millis.getAsLong();
                }
            }
        }
        return Edge.NONE;
    }

    private long begin(TopicPartition partition) {
        return begins.getOrDefault(partition, 0L);
    }
}
