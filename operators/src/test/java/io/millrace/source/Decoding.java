package io.millrace.source;

import io.millrace.record.Received;
import io.millrace.spec.ColumnSpec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.BooleanType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.flink.table.types.logical.VarCharType;
import org.apache.flink.util.Collector;
import org.apache.flink.util.InstantiationUtil;
import org.apache.flink.util.SimpleUserCodeClassLoader;
import org.apache.flink.util.UserCodeClassLoader;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Decodes records as the Kafka source does, after the journey of the decoder to its task. */
final class Decoding {
    static final long TIMESTAMP_MILLIS = 1_530_403_200_000L;
    static final List<ColumnSpec> COLUMNS =
            List.of(
                    new ColumnSpec("id", new BigIntType(false)),
                    new ColumnSpec("at", new LocalZonedTimestampType(false, 3)),
                    new ColumnSpec("amount", new DecimalType(10, 2)),
                    new ColumnSpec("fraud", new BooleanType()),
                    new ColumnSpec("note", new VarCharType(VarCharType.MAX_LENGTH)));

    static final DeserializationSchema.InitializationContext CONTEXT =
            new DeserializationSchema.InitializationContext() {
                @Override
                public MetricGroup getMetricGroup() {
                    return new UnregisteredMetricsGroup();
                }

                @Override
                public UserCodeClassLoader getUserCodeClassLoader() {
                    return SimpleUserCodeClassLoader.create(Decoding.class.getClassLoader());
                }
            };

    private final ReceivedDeserializer deserializer;
    private long offset;

    Decoding(String format) throws Exception {
        this(config(format, defaults(format), COLUMNS));
    }

    Decoding(SourceConfig config) throws Exception {
        deserializer =
                InstantiationUtil.clone(new ReceivedDeserializer(config, RowFormat.of(config)));
        deserializer.open(CONTEXT);
    }

    private static Map<String, String> defaults(String format) {
        return format.equals("json") ? Map.of("timestamp-format.standard", "ISO-8601") : Map.of();
    }

    static SourceConfig config(
            String format, Map<String, String> options, List<ColumnSpec> columns) {
        return new SourceConfig(
                "events",
                "fraud.events",
                "localhost:9092",
                Map.of(),
                "transactions",
                format,
                options,
                columns,
                "at",
                10_000,
                30_000,
                3_600_000);
    }

    Received received(String value) throws Exception {
        return received(value.getBytes(StandardCharsets.UTF_8));
    }

    Received received(byte[] value) throws Exception {
        return received(record(value));
    }

    ConsumerRecord<byte[], byte[]> record(byte[] value) {
        return new ConsumerRecord<>(
                "transactions",
                3,
                offset++,
                TIMESTAMP_MILLIS,
                org.apache.kafka.common.record.TimestampType.CREATE_TIME,
                -1,
                -1,
                null,
                value,
                new org.apache.kafka.common.header.internals.RecordHeaders(),
                java.util.Optional.empty());
    }

    Received received(ConsumerRecord<byte[], byte[]> record) throws Exception {
        List<Received> all = new ArrayList<>();
        deserializer.deserialize(
                record,
                new Collector<>() {
                    @Override
                    public void collect(Received received) {
                        all.add(received);
                    }

                    @Override
                    public void close() {}
                });
        if (all.size() != 1) {
            throw new AssertionError("one record became " + all.size());
        }
        return all.get(0);
    }
}
