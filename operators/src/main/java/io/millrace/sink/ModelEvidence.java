package io.millrace.sink;

import io.millrace.record.Alert;
import io.millrace.record.ModelDecision;
import io.millrace.record.ModelUpdate;
import io.millrace.record.QualityReport;
import io.millrace.spec.PipelineSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * What a pipeline's topics tell of its model versions: all announcements, decisions and alerts, and
 * the quality reports that were written since what answers or challenges was announced. Not safe
 * for concurrent use.
 */
public final class ModelEvidence implements AutoCloseable {
    /** How much later than whoever announces a broker's or a job's clock may be. */
    private static final Duration SKEW = Duration.ofHours(1);

    private final TopicReading<QualityReport> quality;
    private final TopicReading<Alert> alerts;
    private final TopicReading<ModelUpdate> models;
    private final TopicReading<ModelDecision> audit;
    private final String bootstrapServers;

    // What was read and not yet handed on: a topic that cannot be read loses nothing of another.
    private final List<QualityReport> reported = new ArrayList<>();
    private final List<Alert> raised = new ArrayList<>();
    private final List<ModelUpdate> announced = new ArrayList<>();
    private final List<ModelDecision> decided = new ArrayList<>();

    public ModelEvidence(PipelineSpec spec) {
        var output = spec.output();
        bootstrapServers = spec.kafka().bootstrapServers();
        quality =
                new TopicReading<>(
                        spec.kafka().bootstrapServers(),
                        spec.kafka().properties(),
                        output.quality(),
                        QualityReportJson::decode,
                        since(ModelTopic.of(spec).read()));
        alerts = reading(spec, output.alerts(), AlertJson::decode);
        models = reading(spec, output.models(), ModelUpdateJson::decode);
        audit = reading(spec, output.audit(), ModelDecisionJson::decode);
    }

    /** What was written before is of versions that neither answer nor challenge now. */
    private static long since(List<ModelUpdate> announced) {
        long champion = 0;
        long challenger = Long.MAX_VALUE;
        for (ModelUpdate update : announced) {
            switch (update.role()) {
                case CHAMPION -> champion = update.announcedMillis();
                case CHALLENGER -> challenger = update.announcedMillis();
                case RETIRED -> challenger = Long.MAX_VALUE;
            }
        }
        return Math.max(0, Math.min(champion, challenger) - SKEW.toMillis());
    }

    private static <T> TopicReading<T> reading(
            PipelineSpec spec, String topic, Function<byte[], @Nullable T> decoder) {
        String servers = spec.kafka().bootstrapServers();
        Map<String, String> properties = spec.kafka().properties();
        return new TopicReading<>(servers, properties, topic, decoder);
    }

    /** What has come since the last call: reports, alerts, announcements and decisions. */
    public record News(
            List<QualityReport> reports,
            List<Alert> alerts,
            List<ModelUpdate> announced,
            List<ModelDecision> decided) {}

    /**
     * All that there is by now.
     *
     * @param wait how long a report is waited for where there is none
     * @throws BrokerException where the cluster does not answer; the next call goes on from there
     */
    public News next(Duration wait) {
        try {
            reported.addAll(quality.next(wait));
            reported.addAll(quality.rest());
            raised.addAll(alerts.rest());
            // Read last: what is reported never is of a version that is not yet known.
            announced.addAll(models.rest());
            decided.addAll(audit.rest());
        } catch (KafkaException e) {
            throw new BrokerException(
                    "Kafka at %s does not say what has become of the versions: %s"
                            .formatted(bootstrapServers, e.getMessage()),
                    e);
        }
        var news =
                new News(
                        List.copyOf(reported),
                        List.copyOf(raised),
                        List.copyOf(announced),
                        List.copyOf(decided));
        reported.clear();
        raised.clear();
        announced.clear();
        decided.clear();
        return news;
    }

    @Override
    public void close() {
        quality.close();
        alerts.close();
        models.close();
        audit.close();
    }
}
