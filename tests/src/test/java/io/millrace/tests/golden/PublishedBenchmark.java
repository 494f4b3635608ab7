package io.millrace.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.record.Event;
import io.millrace.record.Origin;
import io.millrace.spec.PipelineSpec;
import io.millrace.spec.SpecParser;
import io.millrace.tests.Repository;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.TimestampData;
import org.jspecify.annotations.Nullable;

/**
 * The published benchmark of card fraud: transactions, labels a week later, and the features that
 * others computed from them.
 *
 * <p>Le Borgne, Siblini, Lebichot, Bontempi: <em>Reproducible Machine Learning for Credit Card
 * Fraud Detection – Practical Handbook</em>, 2022. The data is not part of the project; it lies
 * where {@code MILLRACE_DATA} says.
 */
final class PublishedBenchmark {
    private static final List<String> MONTHS = List.of("2018-04", "2018-05", "2018-06", "2018-07");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;

    private PublishedBenchmark(Path folder) {
        this.folder = folder;
    }

    /**
     * The benchmark, if {@code MILLRACE_DATA} says where it is; counted from the project's root.
     */
    static Optional<PublishedBenchmark> found() {
        return Optional.ofNullable(System.getenv("MILLRACE_DATA"))
                .map(data -> new PublishedBenchmark(Repository.path(data).resolve("fraud")));
    }

    /** The benchmark's pipeline, in the columns of its files. */
    static Path file() {
        return Repository.path("tests/src/test/resources/golden/published-benchmark.yaml");
    }

    /** The same on a broker. */
    static PipelineSpec pipeline(String bootstrapServers) throws IOException {
        var variables = Map.of("KAFKA_BOOTSTRAP_SERVERS", bootstrapServers);
        return SpecParser.parse(file(), Files.readString(file()), variables::get).spec();
    }

    /** Requires the same numbers of the same transactions, to the last bit. */
    static void assertSameBits(Map<Long, double[]> actual, Map<Long, double[]> expected) {
        assertThat(expected).hasSize(67_240);
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        expected.forEach(
                (id, numbers) ->
                        assertThat(actual.get(id))
                                .as("transaction %d", id)
                                .containsExactly(numbers));
    }

    Rows transactions() {
        return new Rows(files("transactions"), PublishedBenchmark::transaction);
    }

    Rows labels() {
        return new Rows(files("labels"), PublishedBenchmark::label);
    }

    /** The expected features of 2018-07-25 to 31, by transaction id. */
    Map<Long, double[]> expectedFeatures() throws IOException {
        var expected = new HashMap<Long, double[]>();
        var file = folder.resolve("expected-features-2018-07-25-to-31.csv.gz");
        try (var lines = open(file)) {
            lines.readLine();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                var cells = line.split(",", -1);
                expected.put(
                        Long.parseLong(cells[0]),
                        Arrays.stream(cells, 2, cells.length)
                                .mapToDouble(Double::parseDouble)
                                .toArray());
            }
        }
        return expected;
    }

    /** The scores of one model for 2018-07-25 to 31, by transaction id. */
    Map<Long, Double> expectedScores(String model) throws IOException {
        var expected = new HashMap<Long, Double>();
        try (var lines = open(folder.resolve("expected-scores-2018-07-25-to-31.csv.gz"))) {
            int column = List.of(lines.readLine().split(",", -1)).indexOf(model);
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                var cells = line.split(",", -1);
                expected.put(Long.parseLong(cells[0]), Double.parseDouble(cells[column]));
            }
        }
        return expected;
    }

    /** Registers one of the benchmark's models as champion in a directory registry. */
    Path register(String model, Path registry) throws IOException {
        var published = JSON.readTree(folder.resolve("models").resolve(model + ".json").toFile());
        var version = Files.createDirectories(registry.resolve(model).resolve("1"));
        Files.copy(
                folder.resolve("models").resolve(model + ".onnx"), version.resolve("model.onnx"));
        var metadata = JSON.createObjectNode();
        metadata.put("name", model).put("version", "1");
        metadata.put("digest", "sha256:" + published.get("sha256").asText());
        metadata.put("bytes", published.get("bytes").asLong());
        var input = metadata.putArray("inputs").addObject();
        input.put("name", "features").put("type", "float32");
        input.putArray("shape").add(-1).add(15);
        input.set("features", published.get("input").get("order"));
        var output = metadata.putObject("output");
        output.put("name", "score").put("type", "float32").put("meaning", "P(fraud)");
        output.putArray("shape").add(-1).add(1);
        JSON.writeValue(version.resolve("metadata.json").toFile(), metadata);
        Files.writeString(registry.resolve(model).resolve("aliases.json"), "{\"champion\": \"1\"}");
        return registry;
    }

    /** The files of the transactions or of the labels, by month. */
    List<String> files(String name) {
        return MONTHS.stream()
                .map(month -> folder.resolve(name + "-" + month + ".csv.gz").toString())
                .toList();
    }

    /** TRANSACTION_ID, TX_DATETIME, CUSTOMER_ID, TERMINAL_ID, TX_AMOUNT; the rest is the answer. */
    private static Event transaction(String[] cells) {
        long timeMillis = millis(cells[1]);
        return event(
                "transactions",
                cells[0],
                timeMillis,
                GenericRowData.of(
                        Long.parseLong(cells[0]),
                        TimestampData.fromEpochMillis(timeMillis),
                        Long.parseLong(cells[2]),
                        Long.parseLong(cells[3]),
                        Double.parseDouble(cells[4])));
    }

    /** LABEL_DATETIME, TRANSACTION_ID, CUSTOMER_ID, TERMINAL_ID, TX_FRAUD. */
    private static Event label(String[] cells) {
        long timeMillis = millis(cells[0]);
        return event(
                "labels",
                cells[1],
                timeMillis,
                GenericRowData.of(
                        Long.parseLong(cells[1]),
                        TimestampData.fromEpochMillis(timeMillis),
                        Long.parseLong(cells[2]),
                        Long.parseLong(cells[3]),
                        Integer.parseInt(cells[4])));
    }

    private static Event event(String topic, String id, long timeMillis, GenericRowData row) {
        var origin = new Origin(topic, 0, Long.parseLong(id), timeMillis, null, new byte[0]);
        return new Event(origin, id, timeMillis, row);
    }

    private static long millis(String dateTime) {
        return LocalDateTime.parse(dateTime).toInstant(ZoneOffset.UTC).toEpochMilli();
    }

    private static BufferedReader open(Path file) throws IOException {
        return new BufferedReader(
                new InputStreamReader(
                        new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8));
    }

    /** Makes a row of a file's cells. */
    interface Decoder extends Serializable {
        Event decode(String[] cells);
    }

    /** The rows of some files, one after the other. */
    record Rows(List<String> files, Decoder decoder) implements Serializable {

        Reader open() {
            return new Reader(new ArrayDeque<>(files), decoder);
        }
    }

    /** Reads rows one by one. */
    static final class Reader {
        private final Deque<String> files;
        private final Decoder decoder;
        private @Nullable BufferedReader lines;

        private Reader(Deque<String> files, Decoder decoder) {
            this.files = files;
            this.decoder = decoder;
        }

        /** The next row, or null after the last. */
        @Nullable Event next() {
            try {
                while (true) {
                    var current = lines;
                    String line = current == null ? null : current.readLine();
                    if (line != null) {
                        return decoder.decode(line.split(",", -1));
                    }
                    if (current != null) {
                        current.close();
                    }
                    var file = files.poll();
                    if (file == null) {
                        return null;
                    }
                    lines = PublishedBenchmark.open(Path.of(file));
                    lines.readLine();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
