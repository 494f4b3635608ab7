package io.millrace.tests.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.millrace.jobs.alerts.AlertRelay;
import io.millrace.jobs.local.LocalKafka;
import io.millrace.spec.PipelineSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Alerts in a topic, and what an Alertmanager is told of them. */
class AlertRelayITCase {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir private Path folder;

    /** Takes what is posted, but refuses the first. */
    private static final class Receiver implements AutoCloseable {
        private final List<JsonNode> taken = new CopyOnWriteArrayList<>();
        private final HttpServer server;
        private boolean hasRefused;

        Receiver() throws IOException {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext(
                    "/api/v2/alerts",
                    exchange -> {
                        JsonNode posted = JSON.readTree(exchange.getRequestBody());
                        if (hasRefused) {
                            taken.add(posted);
                        }
                        exchange.sendResponseHeaders(hasRefused ? 200 : 503, -1);
                        hasRefused = true;
                        exchange.close();
                    });
            server.start();
        }

        URI address() {
            return URI.create(
                    "http://127.0.0.1:%d/api/v2/alerts".formatted(server.getAddress().getPort()));
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }

    @Test
    void everyAlertIsTakenOnceAndOneThatIsRefusedIsPostedAgain() throws Exception {
        try (var kafka = LocalKafka.start(folder.resolve("kafka"), Map.of());
                var receiver = new Receiver()) {
            PipelineSpec spec = ReferencePipeline.on(kafka);
            kafka.createTopic(spec.output().alerts(), 1);
            publish(
                    kafka,
                    spec,
                    alert("RAISED", "WARNING"),
                    "no alert",
                    alert("ESCALATED", "CRITICAL"));
            var said = new ArrayList<String>();
            new AlertRelay(spec, receiver.address(), said::add).run(true);

            assertThat(receiver.taken).hasSize(2);
            assertThat(said)
                    .anyMatch(line -> line.endsWith("answers 503; asked again in 5 s"))
                    .anyMatch(line -> line.endsWith("is no alert, and is passed over"));
            assertThat(active(receiver.taken.get(0))).containsExactly("warning");
            assertThat(active(receiver.taken.get(1))).containsExactly("critical");
            JsonNode labels = receiver.taken.get(1).at("/1/labels");
            assertThat(labels.path("alertname").asText()).isEqualTo("MillraceIncident");
            assertThat(labels.path("pipeline").asText()).isEqualTo("card-fraud");
            assertThat(labels.path("incident").asText()).isEqualTo("drift/card-fraud/1//9");
            assertThat(labels.path("version").asText()).isEqualTo("1");
            assertThat(labels.has("segment")).isFalse();
            assertThat(receiver.taken.get(1).at("/1/annotations/culprits").asText())
                    .isEqualTo(
                            "TX_AMOUNT (ks 0.2, at most 0.06), reconstruction (ks 0.1, at most"
                                    + " 0.06; above all by a, b)");

            publish(kafka, spec, alert("RESOLVED", "CRITICAL"));
            new AlertRelay(spec, receiver.address(), said::add).run(true);
            assertThat(receiver.taken).hasSize(3);
            assertThat(active(receiver.taken.get(2))).isEmpty();
            assertThat(receiver.taken.get(2)).hasSize(2);

            publish(kafka, spec, alert("EASED", "WARNING"), alert("WITHDRAWN", "WARNING"));
            new AlertRelay(spec, receiver.address(), said::add).run(true);
            assertThat(receiver.taken).hasSize(5);
            assertThat(active(receiver.taken.get(3))).containsExactly("warning");
            assertThat(active(receiver.taken.get(4))).isEmpty();
        }
    }

    /** The severities that are told to go on. */
    private static List<String> active(JsonNode posted) {
        var active = new ArrayList<String>();
        for (JsonNode alert : posted) {
            if (Instant.parse(alert.path("endsAt").asText()).isAfter(Instant.now())) {
                active.add(alert.at("/labels/severity").asText());
            }
        }
        return active;
    }

    private static String alert(String state, String severity) {
        return """
        {"incident":"drift/card-fraud/1//9","state":"%s","severity":"%s","source":"DRIFT",
         "window_start":"2026-01-01T00:00:00.000Z","window_end":"2026-01-02T00:00:00.000Z",
         "model_name":"card-fraud","model_version":"1","segment":"","rows":1000,
         "reference_version":"sha256:ab","summary":"TX_AMOUNT has drifted",
         "culprits":[{"name":"TX_AMOUNT","measure":"ks","value":0.2,"limit":0.06},
                     {"name":"reconstruction","measure":"ks","value":0.1,"limit":0.06,
                      "contributors":[{"name":"a","share":0.5},{"name":"b","share":0.25}]}]}
        """
                .formatted(state, severity);
    }

    private static void publish(LocalKafka kafka, PipelineSpec spec, String... alerts)
            throws Exception {
        try (var producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", kafka.bootstrapServers()),
                        new StringSerializer(),
                        new StringSerializer())) {
            for (String alert : alerts) {
                producer.send(new ProducerRecord<>(spec.output().alerts(), alert)).get();
            }
        }
    }
}
