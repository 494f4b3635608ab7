package io.millrace.jobs.demo;

import io.millrace.spec.LabelsSpec;
import io.millrace.spec.PipelineSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** How far the job has read its topics, by the offsets that it commits with each checkpoint. */
final class ReadProgress implements AutoCloseable {
    private final Admin admin;
    private final Map<String, String> topicByGroup = new HashMap<>();

    ReadProgress(PipelineSpec spec) {
        admin =
                Admin.create(
                        Map.of(
                                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                                spec.kafka().bootstrapServers()));
        topicByGroup.put(spec.pipeline() + ".events", spec.events().stream().topic());
        LabelsSpec labels = spec.labels();
        if (labels != null) {
            topicByGroup.put(spec.pipeline() + ".labels", labels.stream().topic());
        }
    }

    boolean hasReadAll() throws InterruptedException {
        try {
            for (Map.Entry<String, String> input : topicByGroup.entrySet()) {
                if (!hasReadAll(input.getKey(), input.getValue())) {
                    return false;
                }
            }
            return true;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        admin.close();
    }

    private boolean hasReadAll(String group, String topic)
            throws InterruptedException, ExecutionException {
        TopicDescription description =
                admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic);
        var latest = new HashMap<TopicPartition, OffsetSpec>();
        partitions(description).forEach(partition -> latest.put(partition, OffsetSpec.latest()));
        Map<TopicPartition, OffsetAndMetadata> read =
                admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
        for (var end : admin.listOffsets(latest).all().get().entrySet()) {
            OffsetAndMetadata at = read.get(end.getKey());
            if (end.getValue().offset() > (at == null ? 0 : at.offset())) {
                return false;
            }
        }
        return true;
    }

    private static Stream<TopicPartition> partitions(TopicDescription topic) {
        return topic.partitions().stream()
                .map(partition -> new TopicPartition(topic.name(), partition.partition()));
    }
}
