package io.millrace.jobs.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.jobs.simulator.Scenario;
import io.millrace.spec.DecisionSpec;
import io.millrace.spec.PipelineSpec;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the pipeline's output as its users would, committed records only, on a thread of its own.
 */
final class ScoreReader implements Runnable {
    private static final Duration POLL = Duration.ofMillis(100);

    private final PipelineSpec spec;
    private final Tally tally;
    private final Verdicts verdicts;
    private final JsonMapper json = new JsonMapper();

    private volatile boolean stopped;
    private volatile @Nullable Exception failure;

    ScoreReader(PipelineSpec spec, Tally tally, Verdicts verdicts) {
        this.spec = spec;
        this.tally = tally;
        this.verdicts = verdicts;
    }

    @Override
    public void run() {
        try (var consumer =
                new KafkaConsumer<>(
                        settings(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(partitions(consumer));
            consumer.seekToBeginning(consumer.assignment());
            while (!stopped) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    read(record);
                }
            }
        } catch (Exception e) {
            failure = e;
        }
    }

    @Nullable Exception failure() {
        return failure;
    }

    void stop() {
        stopped = true;
    }

    private Map<String, Object> settings() {
        return Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                spec.kafka().bootstrapServers(),
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed",
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                2_000);
    }

    private List<TopicPartition> partitions(KafkaConsumer<byte[], byte[]> consumer) {
        return Stream.of(
                        spec.output().scores(),
                        spec.output().deadLetters(),
                        spec.output().duplicates())
                .flatMap(topic -> consumer.partitionsFor(topic).stream())
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList();
    }

    private void read(ConsumerRecord<byte[], byte[]> record) throws IOException {
        if (record.topic().equals(spec.output().scores())) {
            score(record, json.readTree(record.value()));
        } else if (record.topic().equals(spec.output().deadLetters())) {
            JsonNode letter = json.readTree(record.value());
            tally.deadLettered(
                    letter.path("reason").asText(),
                    letter.path("source_topic").asText().equals(spec.events().stream().topic()));
        } else {
            tally.duplicate();
        }
    }

    private void score(ConsumerRecord<byte[], byte[]> record, JsonNode score) {
        DecisionSpec decision = spec.decision();
        boolean alert = score.path("decision").asText().equals(decision.atOrAbove());
        long latencyMillis = score.path("latency_millis").asLong();
        // A score's Kafka timestamp is when it was written, right after it was made.
        long sinceWritten = System.currentTimeMillis() - record.timestamp();
        tally.scored(latencyMillis, latencyMillis + sinceWritten, record.timestamp(), alert);
        long id = Long.parseLong(score.path("event_id").asText());
        if (!verdicts.knows(id)) {
            return;
        }
        verdicts.scored((int) id, score.path("score").asDouble(), alert);
        Scenario scenario = verdicts.scenario((int) id);
        if (alert && scenario.isFraud()) {
            tally.caught(CaughtFraud.of(score, verdicts.terminal((int) id), scenario));
        }
    }
}
