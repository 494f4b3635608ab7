package io.millrace.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.inference.Crashes.Verdict;
import io.millrace.record.DeadLetter;
import io.millrace.record.FeatureVector;
import io.millrace.record.Origin;
import io.millrace.record.Score;
import io.millrace.registry.RegistryAddress;
import io.millrace.spec.BatchSpec;
import io.millrace.spec.FallbackSpec;
import io.millrace.spec.ModelSpec.Run;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows on which a process ends. */
class CrashesTest {
    private static final int LONG_SECONDS = 60;

    @TempDir private Path registry;
    @TempDir private Path runs;

    @BeforeEach
    void register() throws Exception {
        Registries.register(registry, "endless", Models.file("endless"), List.of("1,2,3"));
    }

    @Test
    void oneCrashMakesSuspectsAndASecondOneAloneTellsWhichIsToBlame() {
        var crashes = Crashes.of(List.of(rows(1, 2, 3), rows(2), rows(3, 4), rows(5)));
        assertThat(crashes.of(origin(1))).isEqualTo(Verdict.SUSPECT);
        assertThat(crashes.of(origin(2))).isEqualTo(Verdict.TO_BLAME);
        assertThat(crashes.of(origin(3))).as("twice with others").isEqualTo(Verdict.SUSPECT);
        assertThat(crashes.of(origin(5))).as("once alone").isEqualTo(Verdict.SUSPECT);
        assertThat(crashes.of(origin(6))).isEqualTo(Verdict.CLEAR);
    }

    @Test
    void whatIsDamagedSaysNothing() {
        assertThat(RunRecord.rows(new byte[0])).isEmpty();
        assertThat(RunRecord.rows(new byte[300])).isEmpty();
        byte[] many = new byte[300];
        many[0] = 127;
        assertThat(RunRecord.rows(many)).isEmpty();
    }

    @Test
    void aRecordOfALivingProcessIsLetBeAndOneThatIsClosedIsGone() throws Exception {
        try (var model = Models.sum();
                var batch = new MicroBatch(model, 4, Models.LONG_MILLIS)) {
            batch.add(Models.vector(7, 1, 2));
            try (var record = RunRecord.open(runs, 4)) {
                record.begin(batch);
                assertThat(Crashes.in(runs).isEmpty()).isTrue();
                assertThat(underWay()).containsExactly(rows(7));
                record.end();
                assertThat(underWay()).containsExactly(List.of());
            }
            assertThat(underWay()).isEmpty();
        }
    }

    @Test
    void aRowThatEndsTheProcessTwiceIsNotScoredAThirdTime() throws Exception {
        Process first = start();
        await().atMost(Duration.ofSeconds(LONG_SECONDS))
                .until(() -> underWay().contains(rows(0, 1, 2)));
        kill(first);

        Process second = start();
        // The rows before it are scored alone, and come back.
        await().atMost(Duration.ofSeconds(LONG_SECONDS)).until(() -> underWay().contains(rows(1)));
        kill(second);

        Process third = start();
        String said = new String(third.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(third.waitFor()).as(said).isZero();
        assertThat(said)
                .contains("scored event-0", "scored event-2", "MODEL_CRASHED event-1")
                .doesNotContain("scored event-1");
    }

    private static void kill(Process process) throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** The rows of the records that are in use. */
    private List<List<RunRecord.Row>> underWay() throws IOException {
        var all = new ArrayList<List<RunRecord.Row>>();
        try (var files = Files.walk(runs)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                if (file.toString().endsWith(RunRecord.SUFFIX)) {
                    all.add(RunRecord.rows(Files.readAllBytes(file)));
                }
            }
        }
        return all;
    }

    private static List<RunRecord.Row> rows(long... offsets) {
        var rows = new ArrayList<RunRecord.Row>();
        for (long offset : offsets) {
            rows.add(new RunRecord.Row("transactions", 0, offset));
        }
        return rows;
    }

    private static Origin origin(long offset) {
        return Models.vector(offset, 0).origin();
    }

    private Process start() throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--add-"))
                .forEach(command::add);
        command.addAll(
                List.of(
                        "-cp",
                        System.getProperty("java.class.path"),
                        Scoring.class.getName(),
                        registry.toString(),
                        runs.toString()));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("ORT_DISABLE_TELEMETRY", "1");
        return builder.start();
    }

    /** Three rows, on the second of which the model does not end. */
    static final class Scoring {
        private Scoring() {}

        public static void main(String[] arguments) throws Exception {
            var config =
                    new InferenceConfig(
                            RegistryAddress.directory(Path.of(arguments[0])),
                            new InferenceConfig.PinnedVersion(
                                    "endless", "1", Registries.digest(Models.file("endless"))),
                            null,
                            BatchSpec.fixed(4, Duration.ofMillis(10)),
                            Run.IN_TASK,
                            Duration.ofSeconds(LONG_SECONDS).toMillis(),
                            1.0,
                            "review",
                            "approve",
                            ModelDevice.PROCESSOR,
                            FallbackSpec.NONE,
                            arguments[1]);
            try (var harness =
                    new OneInputStreamOperatorTestHarness<FeatureVector, Score>(
                            new InferenceOperatorFactory(config))) {
                harness.open();
                harness.processElement(Models.vector(0, 1, 0), 0);
                harness.processElement(Models.vector(1, 1_000, 0), 10);
                harness.processElement(Models.vector(2, 3, 0), 20);
                harness.endInput();
                harness.extractOutputValues()
                        .forEach(score -> System.out.println("scored " + score.eventId()));
                harness.getSideOutput(DeadLetter.TAG)
                        .forEach(
                                letter ->
                                        System.out.println(
                                                letter.getValue().reason()
                                                        + " "
                                                        + letter.getValue().eventId()));
            }
        }
    }
}
