package io.millrace.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.tests.Repository;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training sets made of files, against features that Python and others computed. */
class BackfillITCase {
    private static final double TOLERANCE = 1e-9;
    private static final int FEATURES = 15;
    private static final Path GOLDEN = Repository.path("tests/src/test/resources/golden");

    @TempDir private Path folder;

    @Test
    void theGoldenHistoryHasTheFeaturesThatPythonComputed() throws Exception {
        Map<Long, double[]> expected = new HashMap<>();
        for (String line : GoldenHistoryTest.rows("expected")) {
            String[] cells = line.split(",", -1);
            expected.put(
                    Long.parseLong(cells[0]),
                    Arrays.stream(cells, 1, 1 + FEATURES)
                            .mapToDouble(Double::parseDouble)
                            .toArray());
        }

        var backfilled =
                BackfilledFiles.of(
                        Repository.path("jobs/pipelines/card-fraud.yaml"),
                        List.of(GOLDEN.resolve("transactions.csv.gz")),
                        List.of(GOLDEN.resolve("labels.csv.gz")),
                        Long.MIN_VALUE,
                        folder);

        assertSame(backfilled.features(FEATURES), expected);
        var lines = backfilled.lines();
        assertThat(lines.get(0)).startsWith("event_id,event_time,entity,TX_AMOUNT,");
        // The history is in event-time order, and so is what is made of it.
        assertThat(lines.stream().skip(1).map(line -> line.substring(0, line.indexOf(','))))
                .containsExactlyElementsOf(
                        GoldenHistoryTest.rows("transactions").stream()
                                .map(line -> line.substring(0, line.indexOf(',')))
                                .toList());
        assertThat(lines.stream().skip(1).map(BackfillITCase::labelOf).toList())
                .containsExactlyElementsOf(labels());
    }

    @Test
    void rowsWhoseWindowsBeginBeforeTheHistoryAreMarked() throws Exception {
        var backfilled =
                BackfilledFiles.of(
                        Repository.path("jobs/pipelines/card-fraud.yaml"),
                        List.of(GOLDEN.resolve("transactions.csv.gz")),
                        List.of(GOLDEN.resolve("labels.csv.gz")),
                        Long.MIN_VALUE,
                        folder);

        // The first rows of the files, in order; rows of the ten seconds after them may be missing.
        Instant events = time(GoldenHistoryTest.rows("transactions").get(0)).plusSeconds(10);
        Instant labels = time(GoldenHistoryTest.rows("labels").get(0)).plusSeconds(10);
        var lines = backfilled.lines();
        var names = List.of(lines.get(0).split(",", -1)).subList(3, 3 + FEATURES);
        var marked = new HashMap<String, Long>();
        int rows = 0;
        for (String line : lines.subList(1, lines.size())) {
            String expected =
                    names.stream()
                            .filter(
                                    name ->
                                            begins(name, time(line))
                                                    .isBefore(
                                                            name.startsWith("T") ? labels : events))
                            .collect(Collectors.joining(" "));
            assertThat(line.split(",", -1)[3 + FEATURES]).as(line).isEqualTo(expected);
            rows += expected.isEmpty() ? 0 : 1;
            Arrays.stream(expected.split(" "))
                    .filter(name -> !name.isEmpty())
                    .forEach(name -> marked.merge(name, 1L, Long::sum));
        }
        assertThat(rows).isPositive().isLessThan(lines.size() - 1);
        JsonNode manifest =
                new ObjectMapper().readTree(backfilled.output().resolve("manifest.json").toFile());
        assertThat(manifest.at("/rows/warming").asInt()).isEqualTo(rows);
        assertThat(
                        new ObjectMapper()
                                .convertValue(
                                        manifest.at("/warming"),
                                        new TypeReference<Map<String, Long>>() {}))
                .isEqualTo(marked);
    }

    /** When the window of a feature begins; what is none has begun long ago. */
    private static Instant begins(String feature, Instant time) {
        var days = Pattern.compile("_(\\d+)DAY_WINDOW").matcher(feature);
        return days.find()
                ? time.minus(Duration.ofDays(Long.parseLong(days.group(1)))).plusMillis(1)
                : Instant.MAX;
    }

    private static Instant time(String line) {
        return Instant.parse(line.split(",", -1)[1]);
    }

    @Test
    void theManifestSaysWhatTheTrainingSetWasMadeOf() throws Exception {
        var backfilled =
                BackfilledFiles.of(
                        Repository.path("jobs/pipelines/card-fraud.yaml"),
                        List.of(GOLDEN.resolve("transactions.csv.gz")),
                        List.of(GOLDEN.resolve("labels.csv.gz")),
                        Instant.parse("2026-02-01T00:00:00Z").toEpochMilli(),
                        folder);

        JsonNode manifest =
                new ObjectMapper().readTree(backfilled.output().resolve("manifest.json").toFile());
        int written = backfilled.lines().size() - 1;
        int read = GoldenHistoryTest.rows("transactions").size();
        assertThat(written).isPositive().isLessThan(read);
        assertThat(manifest.at("/view").asText()).isEqualTo("card-fraud/1");
        assertThat(manifest.at("/features")).hasSize(FEATURES);
        assertThat(manifest.at("/features/1/expression").asText()).contains("getDayOfWeek");
        assertThat(manifest.at("/features/4/window").asText()).isEqualTo("PT24H");
        assertThat(manifest.at("/rows/events_read").asInt()).isEqualTo(read);
        assertThat(manifest.at("/rows/computed").asInt()).isEqualTo(read);
        assertThat(manifest.at("/rows/written").asInt()).isEqualTo(written);
        assertThat(manifest.at("/event_time/first").asText()).isGreaterThan("2026-02-01");
        assertThat(manifest.at("/input/events/0/sha256").asText()).hasSize(64);
        assertThat(manifest.at("/output/0/bytes").asLong())
                .isEqualTo(Files.size(backfilled.output().resolve("training-set.csv")));
    }

    @Test
    void theLastWeekOfJulyIsThatOfThePublishedBenchmarkToTheBit() throws Exception {
        var benchmark = PublishedBenchmark.found().orElse(null);
        if (benchmark == null) {
            System.out.println(
                    "NOT RUN: backfill of the published benchmark; MILLRACE_DATA must name the"
                            + " folder that holds fraud/");
            return;
        }
        var backfilled =
                BackfilledFiles.of(
                        PublishedBenchmark.file(),
                        paths(benchmark.files("transactions")),
                        paths(benchmark.files("labels")),
                        Instant.parse("2018-07-25T00:00:00Z").toEpochMilli(),
                        folder);

        PublishedBenchmark.assertSameBits(
                backfilled.features(FEATURES), benchmark.expectedFeatures());
    }

    private static List<Path> paths(List<String> files) {
        return files.stream().map(Path::of).toList();
    }

    private static void assertSame(Map<Long, double[]> actual, Map<Long, double[]> expected) {
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        for (var row : expected.entrySet()) {
            assertThat(actual.get(row.getKey()))
                    .as("transaction %d", row.getKey())
                    .containsExactly(row.getValue(), within(TOLERANCE));
        }
    }

    /** The label and its time of each transaction that has one, by transaction. */
    private static List<String> labels() throws Exception {
        var byId = new HashMap<String, String>();
        for (String line : GoldenHistoryTest.rows("labels")) {
            String[] cells = line.split(",", -1);
            byId.put(cells[0], (cells[4].equals("true") ? "1," : "0,") + cells[1]);
        }
        var labels = new ArrayList<String>();
        for (String line : GoldenHistoryTest.rows("transactions")) {
            labels.add(byId.getOrDefault(line.substring(0, line.indexOf(',')), ","));
        }
        return labels;
    }

    private static String labelOf(String line) {
        int time = line.lastIndexOf(',');
        return line.substring(line.lastIndexOf(',', time - 1) + 1);
    }
}
