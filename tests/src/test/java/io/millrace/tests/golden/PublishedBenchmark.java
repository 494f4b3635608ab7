package io.millrace.tests.golden;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.features.FeatureConfig;
import io.millrace.record.Event;
import io.millrace.record.Origin;
import io.millrace.spec.ColumnSpec;
import io.millrace.spec.FeaturesSpec.Aggregate;
import io.millrace.spec.FeaturesSpec.ExpressionSpec;
import io.millrace.spec.FeaturesSpec.FeatureSpec;
import io.millrace.spec.FeaturesSpec.From;
import io.millrace.spec.FeaturesSpec.Order;
import io.millrace.spec.FeaturesSpec.WindowSpec;
import io.millrace.tests.Repository;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.BooleanType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
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
    static final List<ColumnSpec> TRANSACTION_COLUMNS =
            List.of(
                    new ColumnSpec("transaction_id", new BigIntType(false)),
                    new ColumnSpec("tx_time", new LocalZonedTimestampType(false, 3)),
                    new ColumnSpec("customer_id", new BigIntType(false)),
                    new ColumnSpec("terminal_id", new BigIntType(false)),
                    new ColumnSpec("amount", new DecimalType(false, 10, 2)));
    static final List<ColumnSpec> LABEL_COLUMNS =
            List.of(
                    new ColumnSpec("transaction_id", new BigIntType(false)),
                    new ColumnSpec("label_time", new LocalZonedTimestampType(false, 3)),
                    new ColumnSpec("customer_id", new BigIntType(false)),
                    new ColumnSpec("terminal_id", new BigIntType(false)),
                    new ColumnSpec("fraud", new BooleanType(false)));

    private static final List<String> MONTHS = List.of("2018-04", "2018-05", "2018-06", "2018-07");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int[] WINDOW_DAYS = {1, 7, 30};

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

    /** The 15 features in model order. */
    static FeatureConfig features() {
        var vector = new ArrayList<FeatureSpec>();
        vector.add(new ExpressionSpec("TX_AMOUNT", "amount"));
        vector.add(new ExpressionSpec("TX_DURING_WEEKEND", "event_time.getDayOfWeek() in [0, 6]"));
        vector.add(new ExpressionSpec("TX_DURING_NIGHT", "event_time.getHours() <= 6"));
        for (int days : WINDOW_DAYS) {
            vector.add(window("CUSTOMER_ID_NB_TX_%dDAY_WINDOW", "customer", null, days));
            vector.add(window("CUSTOMER_ID_AVG_AMOUNT_%dDAY_WINDOW", "customer", "amount", days));
        }
        for (int days : WINDOW_DAYS) {
            vector.add(window("TERMINAL_ID_NB_TX_%dDAY_WINDOW", "terminal", null, days));
            vector.add(window("TERMINAL_ID_RISK_%dDAY_WINDOW", "terminal", "fraud", days));
        }
        var entities = new LinkedHashMap<String, List<String>>();
        entities.put("customer", List.of("customer_id"));
        entities.put("terminal", List.of("terminal_id"));
        return new FeatureConfig(
                Order.EVENT_TIME, 0, entities, TRANSACTION_COLUMNS, LABEL_COLUMNS, vector);
    }

    private static WindowSpec window(String name, String entity, @Nullable String of, int days) {
        return new WindowSpec(
                name.formatted(days),
                entity,
                entity.equals("customer") ? From.EVENTS : From.LABELS,
                of == null ? Aggregate.COUNT : Aggregate.AVG,
                of,
                Duration.ofDays(days),
                Duration.ZERO,
                entity.equals("customer") ? Double.NaN : 0);
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
        long cents = (long) Math.floor(Double.parseDouble(cells[4]) * 100 + 0.5);
        return event(
                "transactions",
                cells[0],
                timeMillis,
                GenericRowData.of(
                        Long.parseLong(cells[0]),
                        TimestampData.fromEpochMillis(timeMillis),
                        Long.parseLong(cells[2]),
                        Long.parseLong(cells[3]),
                        DecimalData.fromUnscaledLong(cents, 10, 2)));
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
                        cells[4].equals("1")));
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
