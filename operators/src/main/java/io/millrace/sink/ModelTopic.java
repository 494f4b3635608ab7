package io.millrace.sink;

import io.millrace.record.ModelLog;
import io.millrace.record.ModelUpdate;
import io.millrace.spec.PipelineSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The announcements of a pipeline in a Kafka topic, which has one partition, so that they have one
 * order, and forgets nothing. Written by a {@link ModelJournal}.
 *
 * @param bootstrapServers {@code host:port[,host:port]}
 * @param properties further client properties
 * @param topic the topic; where there is none, nothing was announced
 */
public record ModelTopic(String bootstrapServers, Map<String, String> properties, String topic)
        implements ModelLog {

    public ModelTopic {
        properties = Map.copyOf(properties);
    }

    public static ModelTopic of(PipelineSpec spec) {
        return new ModelTopic(
                spec.kafka().bootstrapServers(), spec.kafka().properties(), spec.output().models());
    }

    /** All that has been announced so far. */
    public List<ModelUpdate> read() {
        try (var reading = open()) {
            return reading.next(Duration.ZERO);
        }
    }

    @Override
    public Reading open() {
        return new UpdateReading(this);
    }

    private static final class UpdateReading extends TopicReading<ModelUpdate> implements Reading {

        UpdateReading(ModelTopic of) {
            super(of.bootstrapServers, of.properties, of.topic, ModelUpdateJson::decode);
        }
    }
}
