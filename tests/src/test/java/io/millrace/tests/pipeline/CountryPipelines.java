package io.millrace.tests.pipeline;

import io.millrace.jobs.local.LocalKafka;
import io.millrace.jobs.pipeline.PipelineFile;
import io.millrace.tests.Repository;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.function.LongFunction;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Pipelines that score with the model of each event's country, and their models.
 *
 * @param folder where they are kept
 */
record CountryPipelines(Path folder) {

    Path models() {
        return folder.resolve("models");
    }

    /** A small model of the operators' tests, whose alias then points at its first version. */
    void register(String name, String version, String model) throws Exception {
        Path to = Files.createDirectories(models().resolve(name).resolve(version));
        byte[] bytes =
                Files.readAllBytes(
                        Repository.path(
                                "operators/src/test/resources/models/%s.onnx".formatted(model)));
        Files.write(to.resolve("model.onnx"), bytes);
        String digest =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        Files.writeString(
                to.resolve("metadata.json"),
                """
                {"name": "%s", "version": "%s", "digest": "sha256:%s", "bytes": %d,
                 "inputs": [{"name": "features", "type": "float32", "shape": [-1, 2], "features": ["a", "b"]}],
                 "output": {"name": "score", "type": "float32", "shape": [-1, -1], "meaning": "a test"}}
                """
                        .formatted(name, version, digest, bytes.length));
        Files.writeString(to.resolveSibling("aliases.json"), "{\"champion\": \"1\"}");
    }

    /**
     * A pipeline of its own that reads the topic of payments.
     *
     * @param model more lines about its models
     * @param more more sections
     */
    PipelineFile read(String servers, String name, String model, String more) throws IOException {
        Path file =
                Files.writeString(
                        folder.resolve(name + ".yaml"),
                        """
                        pipeline: %s
                        kafka: {bootstrap-servers: "%s"}
                        events:
                          topic: payments
                          format: json
                          columns:
                            id: BIGINT NOT NULL
                            at: BIGINT NOT NULL
                            card: STRING NOT NULL
                            country: STRING NOT NULL
                            a: DOUBLE
                            b: DOUBLE
                          id: id
                          event-time: at
                        entities: {card: card}
                        features:
                          view: fraud/1
                          vector:
                            - {name: a, expression: a}
                            - {name: b, expression: b}
                        model:
                          name: fraud-${country}
                          registry: models
                        %s
                        decision: {threshold: 1.5, at-or-above: review, below: approve}
                        output: {models: announced, audit: decided}
                        checkpoint: {interval: 500 ms}
                        %s
                        """
                                .formatted(name, servers, model.indent(2).stripTrailing(), more));
        return PipelineFile.read(file, variable -> null);
    }

    /** Writes events to the two partitions of the topic in turn. */
    static void publish(LocalKafka kafka, PipelineFile file, long events, LongFunction<String> of) {
        Map<String, Object> properties = Map.of("bootstrap.servers", kafka.bootstrapServers());
        try (var producer =
                new KafkaProducer<>(
                        properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (long id = 0; id < events; id++) {
                var unused =
                        producer.send(
                                new ProducerRecord<>(
                                        file.spec().events().stream().topic(),
                                        (int) (id % 2),
                                        null,
                                        of.apply(id).getBytes(StandardCharsets.UTF_8)));
            }
        }
    }
}
