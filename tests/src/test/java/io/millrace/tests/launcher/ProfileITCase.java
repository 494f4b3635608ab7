package io.millrace.tests.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.jobs.local.LocalKafka;
import io.millrace.monitor.ReferenceProfile;
import io.millrace.sink.TopicPlan;
import io.millrace.spec.PipelineSpec;
import io.millrace.tests.Repository;
import io.millrace.tests.pipeline.ReferencePipeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code ./millrace profile} says, word by word, and what it leaves behind. */
class ProfileITCase {
    private static final String HEADER =
            "event_id,event_time,entity,TX_AMOUNT,TX_DURING_WEEKEND,TX_DURING_NIGHT,"
                    + "CUSTOMER_ID_NB_TX_1DAY_WINDOW,CUSTOMER_ID_AVG_AMOUNT_1DAY_WINDOW,"
                    + "CUSTOMER_ID_NB_TX_7DAY_WINDOW,CUSTOMER_ID_AVG_AMOUNT_7DAY_WINDOW,"
                    + "CUSTOMER_ID_NB_TX_30DAY_WINDOW,CUSTOMER_ID_AVG_AMOUNT_30DAY_WINDOW,"
                    + "TERMINAL_ID_NB_TX_1DAY_WINDOW,TERMINAL_ID_RISK_1DAY_WINDOW,"
                    + "TERMINAL_ID_NB_TX_7DAY_WINDOW,TERMINAL_ID_RISK_7DAY_WINDOW,"
                    + "TERMINAL_ID_NB_TX_30DAY_WINDOW,TERMINAL_ID_RISK_30DAY_WINDOW,warming";

    /** Three rows, one of which has no amount, and one that warms. */
    private static final String SET =
            HEADER
                    + """

                    1,2026-01-01T00:00:00Z,7,10,0,1,1,10,1,10,1,10,0,0,0,0,0,,
                    2,2026-01-01T00:00:00Z,7,20,1,0,2,15,2,15,2,15,0,0,0,0,0,,
                    3,2026-01-01T00:00:00Z,7,,1,0,3,15,3,15,3,15,0,0,0,0,0,,
                    4,2026-01-01T00:00:00Z,7,1000000,1,0,4,9,4,9,4,9,0,0,0,0,0,,TX_AMOUNT
                    """;

    @TempDir Path folder;

    @BeforeEach
    void copyThePipeline() throws IOException {
        Path source = Repository.path("jobs/pipelines");
        Files.copy(source.resolve("card-fraud.yaml"), folder.resolve("card-fraud.yaml"));
        try (Stream<Path> files = Files.walk(source.resolve("models/card-fraud"))) {
            for (Path file : files.toList()) {
                Path copy = folder.resolve(source.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
        Files.writeString(folder.resolve("set.csv"), SET);
    }

    @Test
    void theProfileLiesBesideItsVersion() throws IOException {
        Path profile = folder.resolve("models/card-fraud/1/profile.json");
        Files.delete(profile);

        assertSays("profiled", 0, launch("--training-set", "set.csv"));

        byte[] bytes = Files.readAllBytes(profile);
        var read = ReferenceProfile.read(bytes);
        assertThat(read.model() + "/" + read.version()).isEqualTo("card-fraud/1");
        JsonNode json = new ObjectMapper().readTree(bytes);
        assertThat(json.at("/series/0/name").asText()).isEqualTo("TX_AMOUNT");
        assertThat(json.at("/series/0/rows").asInt()).isEqualTo(3);
        assertThat(json.at("/series/0/missing").asInt()).isEqualTo(1);
        assertThat(json.at("/series/0/max").asDouble()).isEqualTo(20);
        assertThat(json.at("/series/1/top").toString()).isEqualTo("[\"1\",\"0\"]");
        assertThat(json.at("/series/15/role").asText()).isEqualTo("score");
        assertThat(json.at("/series/14/missing").asInt()).isEqualTo(3);
        assertThat(json.at("/series/16/role").asText()).isEqualTo("decision");
        assertNothingElseIsIn(profile.getParent());
    }

    @Test
    void whatFeaturesHaveInCommonIsKeptWhereThePipelineWatchesIt() throws IOException {
        monitor("reconstruction: true");
        assertSays(
                "profiled-together", 0, launch("--training-set", "set.csv", "--output", "t.json"));

        JsonNode json = new ObjectMapper().readTree(folder.resolve("t.json").toFile());
        assertThat(json.at("/reconstruction/features/0/name").asText()).isEqualTo("TX_AMOUNT");
        assertThat(json.at("/reconstruction/components")).isNotEmpty();
        assertThat(json.at("/series/17/role").asText()).isEqualTo("reconstruction");
        assertThat(json.at("/series/17/rows").asInt()).isEqualTo(3);
    }

    @Test
    void aSegmentWithEnoughRowsHasAReferenceOfItsOwn() throws IOException {
        monitor("segment: terminal_id");
        String row = ",2026-01-01T00:00:00Z,7,%s,%d,0,1,1,10,1,10,1,10,0,0,0,0,0,0,\n";
        var set = new StringBuilder(HEADER.replace("entity,", "entity,segment,")).append('\n');
        for (int i = 0; i < 500; i++) {
            set.append("w").append(i).append(row.formatted("web", 1_000 + i));
            set.append("n").append(i).append(row.formatted("", i));
        }
        set.append("s").append(row.formatted("shop", 10));
        Files.writeString(folder.resolve("segments.csv"), set);
        assertSays(
                "profiled-segments",
                0,
                launch("--training-set", "segments.csv", "--output", "s.json"));

        JsonNode json = new ObjectMapper().readTree(folder.resolve("s.json").toFile());
        assertThat(json.at("/series/0/rows").asInt()).isEqualTo(1_001);
        assertThat(json.at("/segments")).hasSize(1);
        assertThat(json.at("/segments/0/segment").asText()).isEqualTo("web");
        assertThat(json.at("/segments/0/series/0/rows").asInt()).isEqualTo(500);
        assertThat(json.at("/segments/0/series/0/min").asDouble()).isEqualTo(1_000);
        assertThat(json.at("/segments/0/series/15/role").asText()).isEqualTo("score");
        assertThat(json.at("/segments/0/series/15/rows").asInt()).isEqualTo(500);

        // A set from before segments were written has none.
        assertSays(
                "profiled-no-segments",
                0,
                launch("--training-set", "set.csv", "--output", "n.json"));
    }

    @Test
    void whatIsReplacedIsComparedWithBeforeItIs() throws IOException {
        assertThat(launch("--training-set", "set.csv", "--output", "t.json").exitCode()).isZero();
        byte[] before = Files.readAllBytes(folder.resolve("t.json"));
        assertSays("profiled-again", 0, launch("--training-set", "set.csv", "--output", "t.json"));

        Files.writeString(
                folder.resolve("other.csv"),
                SET.replace("7,20,1,0", "7,20,0,0")
                        + SET.lines().skip(1).limit(1).findFirst().orElseThrow()
                        + "\n");
        assertSays(
                "profiled-dry",
                0,
                launch("--training-set", "other.csv", "--output", "t.json", "--dry-run"));
        assertThat(folder.resolve("t.json")).hasBinaryContent(before);
        assertSays("profiled-over", 0, launch("--training-set", "other.csv", "--output", "t.json"));
        assertThat(Files.readAllBytes(folder.resolve("t.json"))).isNotEqualTo(before);

        Files.writeString(folder.resolve("t.json"), "{}");
        assertSays(
                "profiled-over-nothing",
                0,
                launch("--training-set", "other.csv", "--output", "t.json"));
    }

    private void monitor(String key) throws IOException {
        Path file = folder.resolve("card-fraud.yaml");
        Files.writeString(
                file, Files.readString(file).replaceFirst("(?m)^monitor:$", "monitor:\n  " + key));
    }

    @Test
    void theProfileOfAnotherVersionGoesWhereItIsAskedTo() {
        assertSays(
                "profile-unknown-version",
                2,
                launch("--training-set", "set.csv", "--model", "card-fraud/7"));
        assertSays(
                "profile-no-version", 2, launch("--training-set", "set.csv", "--model", "trees"));
        var launched =
                launch(
                        "--training-set",
                        "set.csv",
                        "--model",
                        "card-fraud/1",
                        "--output",
                        "mine.json");
        assertThat(launched.exitCode()).isZero();
        assertThat(folder.resolve("mine.json")).exists();
    }

    @Test
    void whatIsNoTrainingSetIsNamed() throws IOException {
        assertSays("profile-missing-file", 2, launch("--training-set", "nowhere.csv"));
        Files.writeString(folder.resolve("set.jsonl"), "{}");
        assertSays("profile-json-lines", 2, launch("--training-set", "set.jsonl"));
        Files.writeString(folder.resolve("words.csv"), SET.replace("7,10,0,1", "7,much,0,1"));
        assertSays("profile-words", 2, launch("--training-set", "words.csv"));
    }

    @Test
    void whatWasServedIsProfiledAsATrainingSetOfTheSameRowsIs() throws Exception {
        monitor("segment: terminal_id");
        Files.writeString(
                folder.resolve("set.csv"),
                HEADER
                        + """
                        ,label
                        1,2026-01-01T00:00:00Z,7,10,0,1,1,10,1,10,1,10,0,0,0,0,0,0,,1
                        2,2026-01-02T00:00:00Z,7,20,1,0,2,15,2,15,2,15,0,0,0,0,0,0,,0
                        3,2026-01-03T00:00:00Z,7,,1,0,3,15,3,15,3,15,0,0,0,0,0,0,,
                        """);
        assertThat(launch("--training-set", "set.csv", "--output", "set.json").exitCode()).isZero();

        try (var kafka = LocalKafka.start(folder.resolve("kafka"), Map.of())) {
            PipelineSpec spec = ReferencePipeline.on(kafka);
            String[] brokers = {"--set", "KAFKA_BOOTSTRAP_SERVERS=" + kafka.bootstrapServers()};
            assertSays("profile-no-topics", 1, launch(brokers), kafka);
            TopicPlan.of(spec).create(1, (short) 1, Duration.ofSeconds(10));
            assertSays("profile-none-served", 1, launch(brokers), kafka);
            serve(kafka, spec);
            assertSays(
                    "profiled-topics",
                    0,
                    launch(
                            brokers[0],
                            brokers[1],
                            "--from",
                            "2026-01-01",
                            "--to",
                            "2026-01-04",
                            "--output",
                            "served.json"),
                    kafka);
        }
        assertThat(Files.readAllBytes(folder.resolve("served.json")))
                .isEqualTo(Files.readAllBytes(folder.resolve("set.json")));
    }

    /**
     * The rows of the set, one that warms, one of another time; and labels, one of them corrected.
     */
    private static void serve(LocalKafka kafka, PipelineSpec spec) throws Exception {
        List<String> names =
                spec.features().vector().stream().map(feature -> feature.name()).toList();
        String scores = spec.output().scores();
        String labels = spec.labels().stream().topic();
        Map<String, Object> config =
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
        try (var producer =
                new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
            var records = new ArrayList<ProducerRecord<String, String>>();
            String[] rows = {
                "10,0,1,1,10,1,10,1,10,0,0,0,0,0,0",
                "20,1,0,2,15,2,15,2,15,0,0,0,0,0,0",
                "null,1,0,3,15,3,15,3,15,0,0,0,0,0,0",
                "1000000,1,0,4,9,4,9,4,9,0,0,0,0,0,0",
                "1000000,1,0,4,9,4,9,4,9,0,0,0,0,0,0"
            };
            for (int i = 0; i < rows.length; i++) {
                String[] values = rows[i].split(",", -1);
                String features =
                        IntStream.range(0, values.length)
                                .mapToObj(at -> "\"%s\":%s".formatted(names.get(at), values[at]))
                                .collect(Collectors.joining(",", "{", "}"));
                records.add(
                        new ProducerRecord<>(
                                scores,
                                """
                                {"event_id":"%d","event_time":"2026-01-0%dT00:00:00.000Z","entity":"7","segment":"web",\
                                "score":0.25,"decision":"approve","features":%s,%s\
                                "source_partition":0,"source_offset":%d}\
                                """
                                        .formatted(
                                                i + 1,
                                                i + 1 == 4 ? 3 : i + 1,
                                                features,
                                                i + 1 == 4 ? "\"warming\":[\"TX_AMOUNT\"]," : "",
                                                i)));
            }
            records.add(label(labels, 1, "2026-01-08T00:00:00Z", true));
            records.add(label(labels, 2, "2026-01-09T00:00:00Z", false));
            records.add(label(labels, 2, "2026-01-08T00:00:00Z", true));
            records.add(new ProducerRecord<>(labels, "no label"));
            for (var record : records) {
                producer.send(record).get();
            }
        }
    }

    private static ProducerRecord<String, String> label(
            String topic, long transaction, String time, boolean isFraud) {
        return new ProducerRecord<>(
                topic,
                """
                {"transaction_id":%d,"label_time":"%s","customer_id":7,"terminal_id":1,"fraud":%s}\
                """
                        .formatted(transaction, time, isFraud));
    }

    @Test
    void filesHaveNoRange() {
        assertSays(
                "profile-files-and-range",
                2,
                launch("--training-set", "set.csv", "--from", "2026-01-01"));
    }

    private void assertSays(String golden, int exitCode, Launched launched, LocalKafka kafka) {
        assertSays(
                golden,
                exitCode,
                launched.output().replace(kafka.bootstrapServers(), "<kafka>"),
                launched.exitCode());
    }

    private Launched launch(String... more) {
        var arguments = new ArrayList<>(List.of("profile", "card-fraud.yaml"));
        arguments.addAll(List.of(more));
        return Launched.run(folder, arguments.toArray(String[]::new));
    }

    private void assertSays(String golden, int exitCode, Launched launched) {
        assertSays(golden, exitCode, launched.output(), launched.exitCode());
    }

    private void assertSays(String golden, int expected, String output, int exitCode) {
        Golden.assertSame(
                Repository.path("tests/src/test/resources/launcher/" + golden + ".txt"),
                output.replace(folder.toString(), "<folder>")
                        // Another processor rounds the scores otherwise.
                        .replaceAll("sha256:[0-9a-f]{64}", "sha256:<digest>"));
        assertThat(exitCode).isEqualTo(expected);
        assertThat(folder.resolve("tmp")).isEmptyDirectory();
    }

    private static void assertNothingElseIsIn(Path version) throws IOException {
        try (Stream<Path> files = Files.list(version)) {
            assertThat(files.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "golden.csv", "metadata.json", "model.onnx", "profile.json");
        }
    }
}
