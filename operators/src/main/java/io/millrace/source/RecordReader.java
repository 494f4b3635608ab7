package io.millrace.source;

import io.millrace.record.Received;
import java.io.IOException;
import java.util.ArrayList;
import java.util.OptionalLong;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.util.SimpleUserCodeClassLoader;
import org.apache.flink.util.UserCodeClassLoader;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Reads Kafka records as the source does, for tools that look at its topic. Not thread-safe. */
public final class RecordReader {
    private final ReceivedDeserializer decoder;

    /**
     * @throws IllegalArgumentException when there is no such format, or it cannot read the columns
     */
    public RecordReader(SourceConfig config) {
        decoder = new ReceivedDeserializer(config, RowFormat.of(config));
        try {
            decoder.open(new Outside());
        } catch (Exception e) {
            throw new IllegalArgumentException(
                    "format %s does not open: %s".formatted(config.format(), e.getMessage()), e);
        }
    }

    /** The row that the record holds, or why there is none. */
    public Received read(ConsumerRecord<byte[], byte[]> record) throws IOException {
        var received = new ArrayList<Received>(1);
        decoder.deserialize(record, new ListCollector<>(received));
        return received.get(0);
    }

    /** The event time, epoch milliseconds; empty where the source refuses the record. */
    public OptionalLong eventTime(ConsumerRecord<byte[], byte[]> record) throws IOException {
        long millis = read(record).eventTimeMillis();
        return millis == Received.NO_EVENT_TIME ? OptionalLong.empty() : OptionalLong.of(millis);
    }

    /** There is no task around. */
    private static final class Outside implements DeserializationSchema.InitializationContext {

        @Override
        public MetricGroup getMetricGroup() {
            return new UnregisteredMetricsGroup();
        }

        @Override
        public UserCodeClassLoader getUserCodeClassLoader() {
            return SimpleUserCodeClassLoader.create(RecordReader.class.getClassLoader());
        }
    }
}
