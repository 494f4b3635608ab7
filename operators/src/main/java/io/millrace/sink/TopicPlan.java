package io.millrace.sink;

import io.millrace.spec.KafkaSpec;
import io.millrace.spec.PipelineSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * The topics that a pipeline reads and writes.
 *
 * @param kafka where they are
 * @param inputs the topics that it reads
 * @param outputs the topics that it writes
 * @param models the topic of announcements, which has one partition and forgets nothing
 * @param audit the topic of decisions about model versions, of which the same holds
 */
public record TopicPlan(
        KafkaSpec kafka, Set<String> inputs, Set<String> outputs, String models, String audit) {

    public static TopicPlan of(PipelineSpec spec) {
        var inputs = new LinkedHashSet<String>();
        inputs.add(spec.events().stream().topic());
        if (spec.labels() != null) {
            inputs.add(spec.labels().stream().topic());
        }
        var outputs = new LinkedHashSet<String>();
        outputs.add(spec.output().scores());
        outputs.add(spec.output().deadLetters());
        outputs.add(spec.output().duplicates());
        outputs.add(spec.output().shadows());
        if (spec.monitor() != null) {
            outputs.add(spec.output().drift());
            outputs.add(spec.output().quality());
            outputs.add(spec.output().alerts());
            if (spec.monitor().retrain() != null) {
                outputs.add(spec.output().retrain());
            }
        }
        return new TopicPlan(
                spec.kafka(), inputs, outputs, spec.output().models(), spec.output().audit());
    }

    /** All topics, inputs first. */
    public List<String> topics() {
        var all = new LinkedHashSet<>(inputs);
        all.addAll(outputs);
        all.add(models);
        all.add(audit);
        return List.copyOf(all);
    }

    /**
     * The topics that are not there yet.
     *
     * @param timeout for each answer of the cluster
     * @throws BrokerException where the cluster does not answer or refuses
     */
    public List<String> missing(Duration timeout) {
        try (var broker = Broker.connect(kafka, timeout)) {
            Set<String> there = broker.topics();
            return topics().stream().filter(topic -> !there.contains(topic)).toList();
        }
    }

    /**
     * What was done.
     *
     * @param created the topics that were missing
     * @param existing the topics that were there, and are as they were
     */
    public record Created(List<String> created, List<String> existing) {}

    /**
     * Creates the topics that are missing, and returns once the cluster knows them.
     *
     * @param partitions of each new topic, but for those that have one
     * @param replicas of each new topic; at most as many as there are brokers
     * @param timeout for each answer of the cluster
     * @throws BrokerException where the cluster does not answer or refuses
     */
    public Created create(int partitions, short replicas, Duration timeout) {
        var created = new ArrayList<String>();
        var existing = new ArrayList<String>();
        try (var broker = Broker.connect(kafka, timeout)) {
            Set<String> there = broker.topics();
            for (String topic : topics()) {
                boolean made =
                        !there.contains(topic)
                                && broker.create(
                                        topic.equals(models) || topic.equals(audit)
                                                ? newJournal(topic, replicas)
                                                : new NewTopic(topic, partitions, replicas));
                (made ? created : existing).add(topic);
            }
            broker.awaitTopics(created);
        }
        return new Created(created, existing);
    }

    private static NewTopic newJournal(String topic, short replicas) {
        return new NewTopic(topic, 1, replicas)
                .configs(Map.of("retention.ms", "-1", "retention.bytes", "-1"));
    }
}
