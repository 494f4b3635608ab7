package io.millrace.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.jobs.backfill.TrainingSetFormat;
import io.millrace.tests.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A training set depends neither on the order of its history nor on the parallelism. */
class BackfillOrderITCase {
    private static final Path GOLDEN = Repository.path("tests/src/test/resources/golden");
    private static final Path PIPELINE = Repository.path("jobs/pipelines/card-fraud.yaml");

    @TempDir private Path folder;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void aShuffledHistoryWithCopiesGivesTheSameBytes(int parallelism) throws Exception {
        var ordered = backfill("ordered", 1, golden("transactions"), golden("labels"));

        var shuffled =
                backfill(
                        "shuffled",
                        parallelism,
                        List.of(shuffled("transactions", true)),
                        List.of(shuffled("labels", false)));

        assertSameBytes(shuffled, ordered);
        assertThat(shuffled.counts().of("duplicates"))
                .isEqualTo(GoldenHistoryTest.rows("transactions").size());
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4})
    void anOrderedHistoryGivesTheSameBytes(int parallelism) throws Exception {
        assertSameBytes(
                backfill("parallel", parallelism, golden("transactions"), golden("labels")),
                backfill("ordered", 1, golden("transactions"), golden("labels")));
    }

    @Test
    void filesThatOverlapAreReadAsOne() throws Exception {
        assertSameBytes(
                backfill("dealt", 1, dealt("transactions", 3), dealt("labels", 2)),
                backfill("ordered", 1, golden("transactions"), golden("labels")));
    }

    private static List<Path> golden(String name) {
        return List.of(GOLDEN.resolve(name + ".csv.gz"));
    }

    private BackfilledFiles backfill(
            String name, int parallelism, List<Path> events, List<Path> labels) throws Exception {
        return BackfilledFiles.of(
                PIPELINE,
                events,
                labels,
                Long.MIN_VALUE,
                parallelism,
                Files.createDirectory(folder.resolve(name)));
    }

    private Path shuffled(String name, boolean twice) throws Exception {
        var rows = new ArrayList<>(GoldenHistoryTest.rows(name));
        if (twice) {
            rows.addAll(GoldenHistoryTest.rows(name));
        }
        Collections.shuffle(rows, new Random(7));
        return write(name + "-shuffled.csv", name, rows);
    }

    /** Row by row to one file after the other. */
    private List<Path> dealt(String name, int count) throws Exception {
        List<String> rows = GoldenHistoryTest.rows(name);
        var files = new ArrayList<Path>();
        for (int file = 0; file < count; file++) {
            var part = new ArrayList<String>();
            for (int row = file; row < rows.size(); row += count) {
                part.add(rows.get(row));
            }
            files.add(write("%s-%d.csv".formatted(name, file), name, part));
        }
        return files;
    }

    private Path write(String file, String name, List<String> rows) throws IOException {
        var lines = new ArrayList<String>();
        lines.add(
                name.equals("labels")
                        ? "transaction_id,label_time,customer_id,terminal_id,fraud"
                        : "transaction_id,tx_time,customer_id,terminal_id,amount");
        lines.addAll(rows);
        return Files.write(folder.resolve(file), lines);
    }

    private static void assertSameBytes(BackfilledFiles actual, BackfilledFiles expected)
            throws IOException {
        for (TrainingSetFormat format : TrainingSetFormat.values()) {
            assertThat(actual.output().resolve(format.fileName()))
                    .hasSameBinaryContentAs(expected.output().resolve(format.fileName()));
        }
    }
}
