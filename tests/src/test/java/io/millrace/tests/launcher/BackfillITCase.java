package io.millrace.tests.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.tests.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code ./millrace backfill} says, word by word, and what it leaves behind. */
class BackfillITCase {
    private static final String[] BOTH = {
        "--events", "transactions.csv.gz", "--labels", "labels.csv.gz"
    };

    @TempDir Path folder;

    @BeforeEach
    void copyThePipelineAndItsHistory() throws IOException {
        Files.copy(
                Repository.path("jobs/pipelines/card-fraud.yaml"),
                folder.resolve("card-fraud.yaml"));
        for (String file : List.of("transactions.csv.gz", "labels.csv.gz")) {
            Files.copy(
                    Repository.path("tests/src/test/resources/golden/" + file),
                    folder.resolve(file));
        }
    }

    @Test
    void aTrainingSetIsDescribed() {
        var launched = launch("--from", "2026-02-01", BOTH);
        assertSays("backfilled", 0, launched);
        assertThat(folder.resolve("training/manifest.json")).exists();
        assertThat(folder.resolve("training/training-set.csv")).exists();
        assertThat(folder.resolve("training/training-set.parquet")).exists();
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        assertSays("backfill-missing-file", 2, launch("--events", "nowhere.csv"));
        assertNothingIsLeft();
    }

    @Test
    void aFileThatDoesNotSayItsFormatIsNamed() {
        assertSays("backfill-unknown-format", 2, launch("--events", "card-fraud.yaml"));
        assertNothingIsLeft();
    }

    @Test
    void aColumnThatIsMissingIsNamed() {
        assertSays(
                "backfill-missing-column",
                2,
                launch("--events", "labels.csv.gz", "--labels", "labels.csv.gz"));
        assertNothingIsLeft();
    }

    @Test
    void labelsThatFeaturesNeedAreAskedFor() {
        assertSays("backfill-no-labels", 2, launch("--events", "transactions.csv.gz"));
        assertNothingIsLeft();
    }

    @Test
    void aRangeWithoutEventsIsToldWithTheRangeThatHasSome() {
        assertSays("backfill-empty-range", 1, launch("--from", "2030-01-01", BOTH));
        assertNothingIsLeft();
    }

    @Test
    void aTimeThatIsNoneIsToldHowToWriteOne() {
        assertSays("backfill-no-time", 2, launch("--from", "July", BOTH));
        assertNothingIsLeft();
    }

    @Test
    void anOutputThatExistsIsLeftAlone() throws IOException {
        Files.createDirectory(folder.resolve("training"));
        assertSays("backfill-output-exists", 2, launch("--from", "2026-02-01", BOTH));
        assertThat(folder.resolve("training")).isEmptyDirectory();
    }

    @Test
    void rowsThatAreNoneAreCountedAndShown() throws IOException {
        Files.writeString(
                folder.resolve("broken.csv"),
                """
                transaction_id,tx_time,customer_id,terminal_id,amount
                1,2026-01-01T00:00:00Z,1,1,much
                2,yesterday,1,1,10.00
                3,2026-01-01T00:00:00Z,1,1
                """);
        assertSays(
                "backfill-nothing-accepted",
                1,
                launch("--events", "broken.csv", "--labels", "labels.csv.gz"));
        assertNothingIsLeft();
    }

    private Launched launch(String option, String value, String... more) {
        var arguments =
                new ArrayList<>(List.of("backfill", "card-fraud.yaml", "--output", "training"));
        arguments.addAll(List.of(option, value));
        arguments.addAll(List.of(more));
        return Launched.run(folder, arguments.toArray(String[]::new));
    }

    private void assertSays(String golden, int exitCode, Launched launched) {
        Golden.assertSame(
                Repository.path("tests/src/test/resources/launcher/" + golden + ".txt"),
                launched.output()
                        .replace(folder.toString(), "<folder>")
                        .replaceAll("after [0-9.]+ s", "after <seconds> s")
                        .replaceAll("(?m)^ +[0-9]+ s  read .*\n", ""));
        assertThat(launched.exitCode()).isEqualTo(exitCode);
        assertThat(folder.resolve("tmp")).isEmptyDirectory();
    }

    private void assertNothingIsLeft() {
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left.map(path -> path.getFileName().toString()))
                    .noneMatch(name -> name.contains("training"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
