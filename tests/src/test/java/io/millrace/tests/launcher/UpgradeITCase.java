package io.millrace.tests.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.jobs.local.LocalKafka;
import io.millrace.jobs.simulator.SimulatorConfig;
import io.millrace.tests.Repository;
import io.millrace.tests.pipeline.CommittedRecords;
import io.millrace.tests.pipeline.SimulatedFeed;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the commands make of the savepoint of a job whose features are to change. */
class UpgradeITCase {
    private static final String PIPELINE =
            Repository.path("jobs/pipelines/card-fraud.yaml").toString();
    private static final String RUNNING = "Running. Ctrl-C stops with a savepoint";
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int TRANSACTIONS = 200;

    @TempDir static Path shared;

    private static LocalKafka kafka;
    private static String savepoint;

    @TempDir Path folder;

    @BeforeAll
    static void stopAJobWithASavepoint() {
        kafka = LocalKafka.start();
        assertThat(launch(shared, "topics", PIPELINE, "--partitions", "2").exitCode()).isZero();
        try (var feed =
                new SimulatedFeed(
                        kafka.bootstrapServers(), SimulatorConfig.ofCustomers(11, 20, 20), 0)) {
            feed.publish(TRANSACTIONS);
            feed.publishClosing();
        }
        try (var run = launch(shared, "run", PIPELINE, "--folder", "state", "--parallelism", "1")) {
            run.awaitOutput(RUNNING);
            int[] scored = {0};
            CommittedRecords.read(
                    kafka.bootstrapServers(),
                    List.of("card-fraud.scores"),
                    PATIENCE,
                    () -> scored[0] >= TRANSACTIONS,
                    record -> scored[0]++);
            run.interrupt();
            assertThat(run.exitCode()).as(run.output()).isEqualTo(130);
            var resume = Pattern.compile("--from-savepoint (\\S+)").matcher(run.output());
            assertThat(resume.find()).as(run.output()).isTrue();
            savepoint = resume.group(1);
        }
    }

    @AfterAll
    static void stopKafka() {
        kafka.close();
    }

    @BeforeEach
    void writeFiles() throws IOException {
        Files.writeString(
                folder.resolve("older.csv"),
                """
                transaction_id,tx_time,customer_id,terminal_id,amount
                1000001,2025-12-01T10:00:00Z,1,1,10.00
                1000002,2025-12-02T10:00:00Z,1,1,20.00
                1000003,2025-12-03T10:00:00Z,1,1,30.00
                """);
        Files.writeString(folder.resolve("note.csv"), "note\nhello\n");
    }

    @Test
    void aBootstrappedSavepointIsOneToGoOnFrom() {
        var bootstrap =
                bootstrap(
                        "--events",
                        "older.csv",
                        "--history-until",
                        "2025-12-03",
                        "--output",
                        "new");

        assertSays("bootstrapped", 0, bootstrap);
        assertThat(folder.resolve("new/_metadata")).exists();
        try (var run =
                launch(
                        folder,
                        "run",
                        PIPELINE,
                        "--parallelism",
                        "1",
                        "--from-savepoint",
                        folder.resolve("new").toUri().toString())) {
            run.awaitOutput(RUNNING);
            run.interrupt();
            assertThat(run.exitCode()).as(run.output()).isEqualTo(130);
        }
    }

    @Test
    void aFolderThatIsNoSavepointIsNamed() {
        assertSays(
                "bootstrap-no-savepoint",
                2,
                launch(
                        folder,
                        "bootstrap",
                        PIPELINE,
                        "--savepoint",
                        folder.resolve("nowhere").toString(),
                        "--output",
                        "new"));
        assertNothingIsMade();
    }

    @Test
    void aPipelineThatIsNotThereIsNamed() {
        assertSays(
                "bootstrap-no-pipeline",
                2,
                launch(
                        folder,
                        "bootstrap",
                        "nowhere.yaml",
                        "--savepoint",
                        savepoint,
                        "--output",
                        "new"));
        assertNothingIsMade();
    }

    @Test
    void anOutputThatExistsIsLeftAlone() throws IOException {
        Files.createDirectory(folder.resolve("new"));
        assertSays("bootstrap-output-exists", 2, bootstrap("--output", "new"));
        assertThat(folder.resolve("new")).isEmptyDirectory();
    }

    @Test
    void filesSayWhereTheyEnd() {
        assertSays("bootstrap-no-end", 2, bootstrap("--events", "older.csv", "--output", "new"));
        assertSays(
                "bootstrap-no-files",
                2,
                bootstrap("--history-until", "2025-12-03", "--output", "new"));
        assertNothingIsMade();
    }

    @Test
    void filesThatDoNotFitAreNamed() {
        assertSays("bootstrap-missing-file", 2, withOlder("nowhere.csv", "2025-12-03"));
        assertSays("bootstrap-missing-column", 2, withOlder("note.csv", "2025-12-03"));
        assertNothingIsMade();
    }

    @Test
    void filesWithoutARowBeforeTheirEndAreToldSo() {
        assertSays("bootstrap-no-rows", 2, withOlder("older.csv", "2025-11-01"));
        assertNothingIsMade();
    }

    @Test
    void filesDoNotReachIntoWhatTheJobWillRead() {
        assertSays("bootstrap-overlap", 2, withOlder("older.csv", "2030-01-01"));
        assertNothingIsMade();
    }

    @Test
    void ctrlCLeavesNothingBehind() throws Exception {
        Path pipe = folder.resolve("endless.jsonl");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        try (var bootstrap =
                bootstrap(
                        "--events",
                        "endless.jsonl",
                        "--history-until",
                        "2025-12-03",
                        "--output",
                        "new")) {
            // Opened as soon as somebody reads it; what never ends is never read to its end.
            var opened = CompletableFuture.supplyAsync(() -> opened(pipe));
            await().atMost(PATIENCE).until(opened::isDone);
            try (var held = opened.get()) {
                bootstrap.interrupt();
                assertThat(bootstrap.exitCode()).as(bootstrap.output()).isEqualTo(130);
                held.flush();
            }
            assertThat(bootstrap.output()).contains("Stopped; nothing is left behind.");
        }
        assertNothingIsMade();
    }

    @Test
    void stateOfAnEntityThatIsGoneIsLetGoOnlyWhenAskedTo() throws IOException {
        String text = Files.readString(Path.of(PIPELINE));
        assertThat(text).contains("terminal: terminal_id", "entity: terminal,");
        Path shops =
                Files.writeString(
                        folder.resolve("shops.yaml"),
                        text.replace("terminal: terminal_id", "shop: terminal_id")
                                .replace("entity: terminal,", "entity: shop,")
                                .replace(
                                        "registry: models",
                                        "registry: " + Repository.path("jobs/pipelines/models")));
        String[] run = {
            "run", shops.toString(), "--parallelism", "1", "--from-savepoint", savepoint
        };
        assertSays("run-non-restored-state", 2, launch(folder, run));

        var allowing = new ArrayList<>(List.of(run));
        allowing.add("--allow-non-restored-state");
        try (var allowed = launch(folder, allowing.toArray(String[]::new))) {
            allowed.awaitOutput(RUNNING);
            allowed.interrupt();
            assertThat(allowed.exitCode()).as(allowed.output()).isEqualTo(130);
        }
    }

    private static OutputStream opened(Path pipe) {
        try {
            return Files.newOutputStream(pipe);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Launched withOlder(String file, String until) {
        return bootstrap("--events", file, "--history-until", until, "--output", "new");
    }

    private Launched bootstrap(String... options) {
        var arguments =
                new ArrayList<>(
                        List.of(
                                "bootstrap",
                                PIPELINE,
                                "--savepoint",
                                savepoint,
                                "--parallelism",
                                "1"));
        arguments.addAll(List.of(options));
        return launch(folder, arguments.toArray(String[]::new));
    }

    private static Launched launch(Path folder, String... arguments) {
        return Launched.start(
                folder, Map.of("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers()), arguments);
    }

    private void assertSays(String golden, int exitCode, Launched launched) {
        assertThat(launched.exitCode()).as(launched.output()).isEqualTo(exitCode);
        Golden.assertSame(
                Repository.path("tests/src/test/resources/launcher/" + golden + ".txt"),
                launched.output()
                        .replace(Repository.path("jobs/pipelines") + "/", "<pipelines>/")
                        .replace(folder.toString(), "<folder>")
                        .replaceAll("(?m)^  [0-9,]+ of [0-9,]+ records\n", "")
                        .replaceAll(" in [0-9]+ s", " in <seconds> s")
                        .replaceAll("sha256:[0-9a-f]+", "sha256:<digest>"));
        assertThat(folder.resolve("tmp")).isEmptyDirectory();
    }

    private void assertNothingIsMade() {
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left.map(path -> path.getFileName().toString()))
                    .noneMatch(name -> name.contains("new"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
