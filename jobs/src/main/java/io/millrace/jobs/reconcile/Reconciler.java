package io.millrace.jobs.reconcile;

import io.millrace.jobs.pipeline.TopicConsumer;
import io.millrace.source.RecordReader;
import io.millrace.source.SourceConfig;
import io.millrace.spec.FeaturesSpec.Order;
import io.millrace.spec.OutputSpec;
import io.millrace.spec.PipelineSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Reads a pipeline's topics, committed records only, and holds each input record against the
 * outputs that tell of it.
 *
 * <p>The bounds of the input are taken first and the outputs are read after, so that a running job
 * only adds to what is looked for. Input that retention has deleted counts no more.
 */
public final class Reconciler {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final int RANGES = 10;

    private final PipelineSpec spec;
    private final Until until;
    private final Duration patience;

    /** Up to where the input counts. */
    public enum Until {
        /**
         * The offsets that the job has committed: right for a job that runs. In event-time order it
         * may hold its newest records back.
         */
        COMMITTED,
        /** The end of the topic: right for a job that has stopped and drained its input. */
        END
    }

    /**
     * @param patience how long outputs are waited for while input is missing: the offsets of a
     *     checkpoint are committed a moment before its transaction
     */
    public Reconciler(PipelineSpec spec, Until until, Duration patience) {
        this.spec = spec;
        this.until = until;
        this.patience = patience;
    }

    /**
     * Reads all and compares.
     *
     * @throws org.apache.kafka.common.KafkaException where Kafka does not answer
     * @throws IllegalStateException where a topic does not exist
     */
    public Reconciliation run() {
        try (var consumer = TopicConsumer.open(source())) {
            var fates = new TreeMap<Integer, PartitionFates>();
            readInput(consumer, fates);
            String answered = readOutputs(consumer, fates);
            if (until == Until.COMMITTED && spec.features().order() == Order.EVENT_TIME) {
                findWaiting(consumer, fates, answered);
            }
            return new Reconciliation(
                    fates.values().stream().map(fate -> fate.result(RANGES)).toList());
        }
    }

    private void readInput(Consumer<byte[], byte[]> consumer, Map<Integer, PartitionFates> fates) {
        List<TopicPartition> partitions = partitions(consumer, spec.events().stream().topic());
        Map<TopicPartition, Long> starts = consumer.beginningOffsets(partitions);
        Map<TopicPartition, Long> ends = ends(consumer, partitions, starts);
        for (TopicPartition partition : partitions) {
            fates.put(
                    partition.partition(),
                    new PartitionFates(
                            partition.toString(),
                            offset(starts, partition),
                            offset(ends, partition)));
        }
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        drain(consumer, ends, record -> fate(fates, record.partition()).read(record.offset()));
    }

    /**
     * Reads what became of the input.
     *
     * @return the latest event time that was scored; empty where none was
     */
    private String readOutputs(
            Consumer<byte[], byte[]> consumer, Map<Integer, PartitionFates> fates) {
        OutputSpec output = spec.output();
        var topics = new LinkedHashMap<String, Fate>();
        topics.put(output.scores(), Fate.SCORED);
        topics.put(output.deadLetters(), Fate.DEAD_LETTERED);
        topics.put(output.duplicates(), Fate.DUPLICATE);
        var partitions = new ArrayList<TopicPartition>();
        topics.keySet().forEach(topic -> partitions.addAll(partitions(consumer, topic)));
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);

        String input = spec.events().stream().topic();
        long deadline = System.nanoTime() + patience.toNanos();
        boolean again = true;
        var latest = new Latest();
        while (again) {
            boolean last = System.nanoTime() > deadline;
            drain(
                    consumer,
                    consumer.endOffsets(partitions),
                    record -> {
                        var coordinates = SourceCoordinates.parse(record.value());
                        Fate fate = topics.get(record.topic());
                        if (coordinates != null
                                && fate != null
                                && coordinates.topic().equals(input)
                                && fates.containsKey(coordinates.partition())) {
                            fate(fates, coordinates.partition())
                                    .answered(coordinates.offset(), fate);
                            latest.see(coordinates.eventTime());
                        }
                    });
            again = !last && fates.values().stream().anyMatch(fate -> fate.missing() > 0);
            if (again) {
                LockSupport.parkNanos(POLL.toNanos());
            }
        }
        return latest.eventTime;
    }

    /** ISO-8601 in UTC, all of one length: texts are in the order of their times. */
    private static final class Latest {
        private String eventTime = "";

        void see(@Nullable String other) {
            if (other != null && other.compareTo(eventTime) > 0) {
                eventTime = other;
            }
        }
    }

    /**
     * In event-time order a record is answered once the watermark has passed it. The watermark has
     * reached the latest event time that was scored, so what is later may wait, and what is not is
     * missing for certain.
     */
    private void findWaiting(
            Consumer<byte[], byte[]> consumer,
            Map<Integer, PartitionFates> fates,
            String latestScored) {
        String topic = spec.events().stream().topic();
        var ends = new HashMap<TopicPartition, Long>();
        var starts = new HashMap<TopicPartition, Long>();
        fates.forEach(
                (number, fate) -> {
                    if (fate.missing() > 0) {
                        var partition = new TopicPartition(topic, number);
                        OffsetRange span = fate.missingSpan();
                        starts.put(partition, span.first());
                        ends.put(partition, span.last() + 1);
                    }
                });
        if (starts.isEmpty()) {
            return;
        }
        var records = new RecordReader(source());
        consumer.assign(starts.keySet());
        starts.forEach(consumer::seek);
        drain(
                consumer,
                ends,
                record -> {
                    PartitionFates fate = fate(fates, record.partition());
                    if (fate.isMissing(record.offset()) && isLater(records, record, latestScored)) {
                        fate.waits(record.offset());
                    }
                });
    }

    private static boolean isLater(
            RecordReader records, ConsumerRecord<byte[], byte[]> record, String latestScored) {
        try {
            OptionalLong millis = records.eventTime(record);
            return millis.isPresent()
                    && (latestScored.isEmpty()
                            || millis.getAsLong() > Instant.parse(latestScored).toEpochMilli());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private SourceConfig source() {
        return SourceConfig.from(spec.pipeline(), spec.kafka(), spec.events().stream(), "events");
    }

    /**
     * Polls until every partition's position has reached its end; transaction markers move it too.
     */
    private static void drain(
            Consumer<byte[], byte[]> consumer,
            Map<TopicPartition, Long> ends,
            java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> each) {
        Set<TopicPartition> open = new HashSet<>(consumer.assignment());
        consumer.resume(open);
        while (true) {
            open.removeIf(partition -> consumer.position(partition) >= offset(ends, partition));
            var done = new HashSet<>(consumer.assignment());
            done.removeAll(open);
            consumer.pause(done);
            if (open.isEmpty()) {
                return;
            }
            consumer.poll(POLL).forEach(each);
        }
    }

    private Map<TopicPartition, Long> ends(
            Consumer<byte[], byte[]> consumer,
            List<TopicPartition> partitions,
            Map<TopicPartition, Long> starts) {
        if (until == Until.END) {
            return consumer.endOffsets(partitions);
        }
        Map<TopicPartition, OffsetAndMetadata> committed =
                consumer.committed(Set.copyOf(partitions));
        var ends = new HashMap<TopicPartition, Long>();
        for (TopicPartition partition : partitions) {
            OffsetAndMetadata offset = committed.get(partition);
            ends.put(partition, offset == null ? offset(starts, partition) : offset.offset());
        }
        return ends;
    }

    private List<TopicPartition> partitions(Consumer<byte[], byte[]> consumer, String topic) {
        var partitions =
                consumer.partitionsFor(topic).stream()
                        .map(info -> new TopicPartition(info.topic(), info.partition()))
                        .sorted(Comparator.comparingInt(TopicPartition::partition))
                        .toList();
        if (partitions.isEmpty()) {
            throw new IllegalStateException(
                    "topic %s does not exist in Kafka at %s; it must, for its records to be counted"
                            .formatted(topic, spec.kafka().bootstrapServers()));
        }
        return partitions;
    }

    private static PartitionFates fate(Map<Integer, PartitionFates> fates, int partition) {
        PartitionFates fate = fates.get(partition);
        if (fate == null) {
            throw new IllegalStateException("partition %d was not asked for".formatted(partition));
        }
        return fate;
    }

    private static long offset(Map<TopicPartition, Long> offsets, TopicPartition partition) {
        return offsets.getOrDefault(partition, 0L);
    }
}
