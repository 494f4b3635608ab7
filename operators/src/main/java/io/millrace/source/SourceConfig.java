package io.millrace.source;

import io.millrace.spec.ColumnSpec;
import io.millrace.spec.KafkaSpec;
import io.millrace.spec.StreamSpec;
import java.io.Serializable;
import java.util.List;
import java.util.Map;

/**
 * What the source needs to know of one topic.
 *
 * @param name what the stream is called in uids and metrics: {@code events}, {@code labels}
 * @param groupId the consumer group whose committed offsets a job without state starts from
 * @param bootstrapServers {@code host:port[,host:port]}
 * @param properties further client properties; they may rename the group, and may not lift the
 *     isolation
 * @param topic the Kafka topic
 * @param format the name of a Flink format on the class path
 * @param formatOptions the format's own options, without its name as prefix
 * @param columns the declared columns in order
 * @param eventTime the column that holds the event time
 * @param outOfOrdernessMillis how much later than a newer one an event may arrive without being
 *     late
 * @param idlenessMillis after how much silence a partition stops holding back event time
 * @param maxAheadMillis how far an event time may lie after the Kafka record's timestamp
 */
public record SourceConfig(
        String name,
        String groupId,
        String bootstrapServers,
        Map<String, String> properties,
        String topic,
        String format,
        Map<String, String> formatOptions,
        List<ColumnSpec> columns,
        String eventTime,
        long outOfOrdernessMillis,
        long idlenessMillis,
        long maxAheadMillis)
        implements Serializable {

    public SourceConfig {
        properties = Map.copyOf(properties);
        formatOptions = Map.copyOf(formatOptions);
        columns = List.copyOf(columns);
    }

    /**
     * The settings of one stream of a pipeline.
     *
     * @param pipeline the pipeline's name
     * @param name {@code events} or {@code labels}
     */
    public static SourceConfig from(
            String pipeline, KafkaSpec kafka, StreamSpec stream, String name) {
        return new SourceConfig(
                name,
                pipeline + "." + name,
                kafka.bootstrapServers(),
                kafka.properties(),
                stream.topic(),
                stream.format(),
                stream.formatOptions(),
                stream.columns(),
                stream.eventTime(),
                stream.outOfOrderness().toMillis(),
                stream.idleness().toMillis(),
                stream.maxAhead().toMillis());
    }
}
