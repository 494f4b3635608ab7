package io.millrace.tests.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.jobs.local.LocalKafka;
import io.millrace.jobs.pipeline.JobCluster;
import io.millrace.tests.Repository;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.client.program.ClusterClient;
import org.apache.flink.client.program.rest.RestClusterClient;
import org.apache.flink.core.execution.CheckpointType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that need a broker. */
class RunITCase {
    private static final String PIPELINE =
            Repository.path("jobs/pipelines/card-fraud.yaml").toString();
    private static final String RUNNING = "Running. Ctrl-C stops with a savepoint";

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private static LocalKafka kafka;

    @TempDir Path folder;

    @BeforeAll
    static void startKafka() {
        kafka = LocalKafka.start();
    }

    @AfterAll
    static void stopKafka() {
        kafka.close();
    }

    @Test
    void ctrlCStopsWithASavepointFromWhichItGoesOn() {
        assertThat(launch("topics", PIPELINE, "--partitions", "1").exitCode()).isZero();

        String savepoint;
        try (var run = launch("run", PIPELINE, "--folder", "state", "--parallelism", "1")) {
            run.awaitOutput(RUNNING);
            run.interrupt();
            assertThat(run.exitCode()).as(run.output()).isEqualTo(130);
            var resume =
                    Pattern.compile(
                                    Pattern.quote("./millrace run " + PIPELINE)
                                            + " --folder state --from-savepoint (\\S+)")
                            .matcher(run.output());
            assertThat(resume.find()).as(run.output()).isTrue();
            savepoint = resume.group(1);
            assertThat(Path.of(java.net.URI.create(savepoint)).resolve("_metadata")).exists();
        }

        try (var run =
                launch(
                        "run",
                        PIPELINE,
                        "--folder",
                        "state",
                        "--parallelism",
                        "1",
                        "--from-savepoint",
                        savepoint)) {
            run.awaitOutput(RUNNING);
            run.interrupt();
            assertThat(run.exitCode()).as(run.output()).isEqualTo(130);
        }
        assertThat(folder.resolve("tmp")).isEmptyDirectory();
    }

    @Test
    void aClusterTakesTheJobAndKeepsIt() throws Exception {
        assertThat(launch("topics", PIPELINE, "--partitions", "1").exitCode()).isZero();
        try (var cluster = StandaloneCluster.start(folder.resolve("cluster"))) {
            String address = cluster.address().toString();
            try (var flink = awaitCluster(address)) {
                var detached =
                        launch(
                                "run",
                                PIPELINE,
                                "--cluster",
                                address,
                                "--parallelism",
                                "1",
                                "--detached");
                assertThat(detached.exitCode()).as(detached.output()).isZero();
                JobID job = jobIn(detached.output());
                awaitStatus(flink, job, JobStatus.RUNNING);
                awaitCheckpoint(flink, job);
                flink.cancel(job).get();
                awaitStatus(flink, job, JobStatus.CANCELED);

                try (var attached =
                        launch("run", PIPELINE, "--cluster", address, "--parallelism", "1")) {
                    attached.awaitOutput("RUNNING");
                    attached.interrupt();
                    assertThat(attached.exitCode()).as(attached.output()).isEqualTo(130);
                    assertThat(attached.output()).contains("Detached; the job runs on.");
                    awaitCheckpoint(flink, jobIn(attached.output()));
                }
            }
        }
    }

    private static RestClusterClient<?> awaitCluster(String address) {
        return await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> JobCluster.reach(address), Objects::nonNull);
    }

    private static void awaitStatus(ClusterClient<?> flink, JobID job, JobStatus status) {
        await().atMost(PATIENCE).until(() -> flink.getJobStatus(job).get() == status);
    }

    /** Only a job all of whose tasks run completes one. */
    private static void awaitCheckpoint(ClusterClient<?> flink, JobID job) {
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> flink.triggerCheckpoint(job, CheckpointType.FULL).get() > 0);
    }

    private static JobID jobIn(String output) {
        var id = Pattern.compile("/#/job/([0-9a-f]{32})").matcher(output);
        assertThat(id.find()).as(output).isTrue();
        return JobID.fromHexString(id.group(1));
    }

    @Test
    void aClusterThatIsNotThereIsOneSentence() {
        assertThat(launch("topics", PIPELINE, "--partitions", "1").exitCode()).isZero();

        var run = launch("run", PIPELINE, "--cluster", "http://127.0.0.1:1");

        assertThat(run.exitCode()).as(run.output()).isEqualTo(1);
        assertThat(run.output())
                .contains("millrace: no Flink answers at http://127.0.0.1:1")
                .doesNotContain("Exception");
    }

    @Test
    void topicsAreCreatedOnce() {
        var other = new String[] {"--set", "KAFKA_BOOTSTRAP_SERVERS=" + kafka.bootstrapServers()};
        assertThat(Launched.run(folder, "topics", PIPELINE, other[0], other[1]).exitCode())
                .isZero();
        assertThat(Launched.run(folder, "topics", PIPELINE, other[0], other[1]).output())
                .contains("transactions exists")
                .doesNotContain("created");
    }

    @Test
    void aTopicThatDoesNotExistIsNamedWithTheCommandThatMendsIt() throws IOException {
        Path pipeline = copyWith("topic: transactions", "topic: nowhere");

        var run = launch("run", pipeline.toString());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.output())
                .contains("nowhere")
                .contains("./millrace topics " + pipeline)
                .doesNotContain("Exception");
    }

    @Test
    void aBrokerThatIsDownIsOneSentence() {
        var run =
                Launched.run(
                        folder, "run", PIPELINE, "--set", "KAFKA_BOOTSTRAP_SERVERS=127.0.0.1:1");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.output())
                .isEqualTo(
                        "millrace: Kafka at 127.0.0.1:1 does not answer within 8 s; start it, or"
                                + " mend kafka.bootstrap-servers"
                                + System.lineSeparator());
    }

    @Test
    void aPortInUseIsOneSentence() throws IOException {
        assertThat(launch("topics", PIPELINE, "--partitions", "1").exitCode()).isZero();
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var run = launch("run", PIPELINE, "--port", Integer.toString(taken.getLocalPort()));

            assertThat(run.exitCode()).as(run.output()).isEqualTo(1);
            assertThat(run.output())
                    .contains(
                            "millrace: port %d is in use; choose another with --port, or leave it out"
                                    .formatted(taken.getLocalPort()))
                    .doesNotContain("Exception");
        }
    }

    @Test
    void aFolderThatCannotBeWrittenIsOneSentence() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "not a folder");

        var run = launch("run", PIPELINE, "--folder", file.resolve("state").toString());

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.output())
                .startsWith("millrace: ")
                .contains("choose another folder with --folder")
                .doesNotContain("Exception");
    }

    private Launched launch(String... arguments) {
        var launched =
                Launched.start(
                        folder,
                        Map.of("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers()),
                        arguments);
        return launched;
    }

    private Path copyWith(String what, String instead) throws IOException {
        String text = Files.readString(Path.of(PIPELINE));
        assertThat(text).contains(what);
        Path models = Repository.path("jobs/pipelines/models");
        return Files.writeString(
                folder.resolve("changed.yaml"),
                text.replace(what, instead).replace("registry: models", "registry: " + models));
    }
}
