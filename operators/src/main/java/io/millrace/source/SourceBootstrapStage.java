package io.millrace.source;

import io.millrace.record.Received;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceOptions;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplitSerializer;
import org.apache.flink.core.io.SimpleVersionedSerialization;
import org.apache.flink.state.api.OperatorIdentifier;
import org.apache.flink.state.api.SavepointReader;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.common.TopicPartition;

/** What the source of a savepoint has read of its topic, received once more. */
public final class SourceBootstrapStage {
    /** What Flink's source operator calls its readers' splits. */
    private static final String SPLITS = "SourceReaderState";

    private final SourceConfig config;

    /** A stage that is not yet attached. */
    public SourceBootstrapStage(SourceConfig config) {
        this.config = config;
    }

    /** The uid of the source in the savepoint. */
    public String uid() {
        return config.name() + SourceStage.UID_SUFFIX;
    }

    /** The offset of the next record of each partition, as the savepoint says it. */
    public Map<TopicPartition, Long> offsets(SavepointReader savepoint) throws Exception {
        var offsets = new HashMap<TopicPartition, Long>();
        try (var splits =
                savepoint
                        .readListState(
                                OperatorIdentifier.forUid(uid()),
                                SPLITS,
                                PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO)
                        .executeAndCollect()) {
            while (splits.hasNext()) {
                var split =
                        SimpleVersionedSerialization.readVersionAndDeSerialize(
                                new KafkaPartitionSplitSerializer(), splits.next());
                offsets.put(
                        split.getTopicPartition(),
                        // A partition of which nothing was read has no offset yet.
                        Math.max(0, split.getStartingOffset()));
            }
        }
        return offsets;
    }

    /**
     * Reads the topic from its beginning.
     *
     * @param ends the offset after the last record of each partition; what other partitions hold is
     *     left out
     */
    public DataStream<Received> attach(
            StreamExecutionEnvironment env, Map<TopicPartition, Long> ends) {
        RowFormat format = RowFormat.of(config);
        KafkaSource<Received> source =
                KafkaSource.<Received>builder()
                        .setProperties(SourceStage.properties(config))
                        // It looks, and leaves the pipeline's own offsets where they are.
                        .setProperty(KafkaSourceOptions.COMMIT_OFFSETS_ON_CHECKPOINT.key(), "false")
                        .setPartitions(new HashSet<>(ends.keySet()))
                        .setStartingOffsets(OffsetsInitializer.earliest())
                        .setBounded(OffsetsInitializer.offsets(new HashMap<>(ends)))
                        .setDeserializer(new ReceivedDeserializer(config, format))
                        .build();
        return env.fromSource(
                source, SourceStage.watermarks(config), uid(), Received.type(format.columns()));
    }
}
