package io.millrace.jobs.alerts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.millrace.jobs.terminal.CommandFailure;
import io.millrace.jobs.terminal.Sentence;
import io.millrace.spec.PipelineSpec;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a pipeline's topic of alerts and posts them to an Alertmanager, in the topic's order. An
 * alert counts as told once it has been taken: a receiver that is away is asked again, and one that
 * was told twice has the same alert.
 */
public final class AlertRelay {
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final Duration AGAIN = Duration.ofSeconds(5);
    private static final int OK = 200;
    private static final int OK_END = 300;

    private final PipelineSpec spec;
    private final URI receiver;
    private final Consumer<String> says;
    private final AlertmanagerAlerts alerts;
    private final JsonMapper json = new JsonMapper();
    private final HttpClient http =
            HttpClient.newBuilder()
                    .connectTimeout(ANSWER)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .build();

    /**
     * @param receiver where alerts are posted, such as {@code
     *     http://alertmanager:9093/api/v2/alerts}
     * @param says is told what is done, for people
     */
    public AlertRelay(PipelineSpec spec, URI receiver, Consumer<String> says) {
        this.spec = spec;
        this.receiver = receiver;
        this.says = says;
        this.alerts = new AlertmanagerAlerts(spec.pipeline());
    }

    /**
     * Relays.
     *
     * @param once whether it ends with the alerts that are there, or goes on for ever
     */
    public void run(boolean once) throws InterruptedException {
        try (var consumer =
                new KafkaConsumer<>(
                        settings(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions =
                    consumer.partitionsFor(spec.output().alerts()).stream()
                            .map(found -> new TopicPartition(found.topic(), found.partition()))
                            .toList();
            if (partitions.isEmpty()) {
                throw CommandFailure.failed(
                        "topic %s does not exist; ./millrace topics creates it",
                        spec.output().alerts());
            }
            consumer.assign(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (!once || isBehind(consumer, ends)) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    relay(record);
                }
                consumer.commitSync();
            }
        }
    }

    private static boolean isBehind(
            KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream()
                .anyMatch(end -> consumer.position(end.getKey()) < end.getValue());
    }

    private Map<String, Object> settings() {
        var settings = new HashMap<String, Object>(spec.kafka().properties());
        settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, spec.kafka().bootstrapServers());
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, spec.pipeline() + ".alerts");
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        return settings;
    }

    private void relay(ConsumerRecord<byte[], byte[]> record) throws InterruptedException {
        JsonNode alert;
        try {
            alert = json.readTree(record.value());
        } catch (IOException e) {
            says.accept(
                    "%s-%d at %d is no alert, and is passed over"
                            .formatted(record.topic(), record.partition(), record.offset()));
            return;
        }
        String refusal = post(alerts.of(alert, Instant.now()));
        while (refusal != null) {
            says.accept(
                    "%s %s; asked again in %d s".formatted(receiver, refusal, AGAIN.toSeconds()));
            Thread.sleep(AGAIN.toMillis());
            refusal = post(alerts.of(alert, Instant.now()));
        }
        says.accept(
                "%s %s, %s: %s"
                        .formatted(
                                alert.path("incident").asText(),
                                alert.path("state").asText(),
                                alert.path("severity").asText(),
                                alert.path("summary").asText()));
    }

    /** Why it was not taken, or null where it was. */
    private @Nullable String post(ArrayNode body) throws InterruptedException {
        var request =
                HttpRequest.newBuilder(receiver)
                        .timeout(ANSWER)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                        .build();
        try {
            var answer = http.send(request, HttpResponse.BodyHandlers.discarding());
            boolean isTaken = answer.statusCode() >= OK && answer.statusCode() < OK_END;
            return isTaken ? null : "answers " + answer.statusCode();
        } catch (IOException e) {
            return "does not answer: " + Sentence.of(e);
        }
    }
}
