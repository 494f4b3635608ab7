package io.millrace.tests.pipeline;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.jobs.PipelineApplication;
import io.millrace.jobs.local.LocalFlink;
import io.millrace.jobs.local.LocalKafka;
import io.millrace.tests.Repository;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.client.ClientUtils;
import org.apache.flink.client.program.PackagedProgram;
import org.apache.flink.client.program.ProgramInvocationException;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.core.execution.DefaultExecutorServiceLoader;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The deployable main, started as Flink starts a packaged program. */
class PipelineApplicationITCase {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir private Path folder;

    @Test
    void runsItsPipelineOnTheClusterThatStartsIt() throws Exception {
        try (var kafka = LocalKafka.start(folder.resolve("kafka"), Map.of());
                var flink = LocalFlink.start(folder.resolve("flink"), 2, 0)) {
            for (String topic : topics()) {
                kafka.createTopic(topic, 1);
            }
            run(
                    flink,
                    Files.writeString(
                                    folder.resolve("pipeline.yaml"),
                                    pipeline(kafka.bootstrapServers()))
                            .toString());

            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(
                            () ->
                                    flink.client().listJobs().get().stream()
                                            .anyMatch(
                                                    job ->
                                                            job.getJobName().equals("card-fraud")
                                                                    && job.getJobState()
                                                                            == JobStatus.RUNNING));
        }
    }

    @Test
    void refusesAPipelineWithMistakesBeforeAnythingRuns() throws Exception {
        Path file =
                Files.writeString(
                        folder.resolve("broken.yaml"), "pipeline: card-fraud\nevnts: {}\n");
        assertThatThrownBy(() -> PipelineApplication.main(new String[] {file.toString()}))
                .hasMessageContaining("evnts");
        assertThatThrownBy(() -> PipelineApplication.main(new String[0]))
                .hasMessage("0 arguments were given; it must be one, the pipeline's file");
    }

    private static void run(LocalFlink flink, String file) throws ProgramInvocationException {
        var settings = new Configuration();
        settings.set(DeploymentOptions.TARGET, "remote");
        settings.set(DeploymentOptions.ATTACHED, false);
        settings.set(RestOptions.ADDRESS, flink.webAddress().getHost());
        settings.set(RestOptions.PORT, flink.webAddress().getPort());
        settings.set(CoreOptions.DEFAULT_PARALLELISM, 2);
        PackagedProgram program =
                PackagedProgram.newBuilder()
                        .setEntryPointClassName(PipelineApplication.class.getName())
                        .setConfiguration(settings)
                        .setArguments(file)
                        .build();
        ClientUtils.executeProgram(
                new DefaultExecutorServiceLoader(), settings, program, false, false);
    }

    /**
     * The reference pipeline, as it stands in its file, on this broker and with the repository's
     * models.
     */
    private static String pipeline(String bootstrapServers) {
        return Repository.text("jobs/pipelines/card-fraud.yaml")
                .replace("${KAFKA_BOOTSTRAP_SERVERS:-localhost:9092}", bootstrapServers)
                .replace(
                        "registry: models",
                        "registry: " + Repository.path("jobs/pipelines/models"));
    }

    private static List<String> topics() {
        return List.of(
                "transactions",
                "transaction-labels",
                "card-fraud.scores",
                "card-fraud.dead-letters",
                "card-fraud.duplicates",
                "card-fraud.shadows",
                "card-fraud.models",
                "card-fraud.drift",
                "card-fraud.quality",
                "card-fraud.alerts",
                "card-fraud.audit");
    }
}
