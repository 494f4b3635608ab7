package io.millrace.tests.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.jobs.local.LocalFlink;
import io.millrace.jobs.local.LocalKafka;
import io.millrace.jobs.pipeline.PipelineJob;
import io.millrace.jobs.pipeline.RunningJob;
import io.millrace.jobs.simulator.SimulatorConfig;
import io.millrace.monitor.ReferenceProfile;
import io.millrace.registry.ModelRegistry;
import io.millrace.registry.ModelVersion;
import io.millrace.sink.TopicPlan;
import io.millrace.spec.CheckpointSpec;
import io.millrace.spec.PipelineSpec;
import io.millrace.spec.SpecParser;
import io.millrace.tests.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model version without a reference profile: the job makes one of what it scores first. */
class PipelineLearnITCase {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** The first five weeks warm. */
    private static final int DAYS = 60;

    private static final int TRANSACTIONS = 12_000;
    private static final int LEARNED = 2_000;

    @TempDir private Path folder;

    @Test
    void theFirstRowsOfAVersionBecomeItsReference() throws Exception {
        try (var kafka = LocalKafka.start(folder.resolve("kafka"), Map.of());
                var feed =
                        new SimulatedFeed(
                                kafka.bootstrapServers(),
                                SimulatorConfig.ofTransactions(11, DAYS, TRANSACTIONS),
                                0)) {
            PipelineSpec spec = pipeline(kafka.bootstrapServers());
            TopicPlan.of(spec).create(SimulatedFeed.PARTITIONS, (short) 1, Duration.ofSeconds(10));
            var registry = ModelRegistry.at(spec.model().registry(), folder.resolve("cache"));
            ModelVersion version = registry.require(spec.model().name(), spec.model().alias());
            Path profile = folder.resolve("models/card-fraud/1/profile.json");
            assertThat(profile).doesNotExist();

            List<JsonNode> drift = new ArrayList<>();
            try (var flink = LocalFlink.start(folder.resolve("flink"), 2, 0)) {
                var job =
                        RunningJob.submit(flink.client(), new PipelineJob(spec, version).graph(2));
                feed.publish(TRANSACTIONS - LEARNED);
                read(kafka, spec, drift, () -> Files.exists(profile));
                feed.publish(LEARNED);
                feed.publishClosing();
                drift.clear();
                read(kafka, spec, drift, () -> drift.stream().anyMatch(this::isCompared));
                job.cancel();
            }

            var learned = ReferenceProfile.read(Files.readAllBytes(profile));
            assertThat(learned.model() + "/" + learned.version()).isEqualTo("card-fraud/1");
            assertThat(learned.series()).hasSize(17);
            JsonNode compared = drift.stream().filter(this::isCompared).findFirst().orElseThrow();
            assertThat(compared.get("reference_version").asText()).isEqualTo(learned.digest());
            assertThat(compared.at("/features/0/from_reference/ks").isNumber()).isTrue();
            assertThat(drift.get(0).get("status").asText()).isEqualTo("NO_REFERENCE");
            assertThat(drift.get(0).get("detail").asText())
                    .startsWith("card-fraud/1 has no reference profile");
        }
    }

    private boolean isCompared(JsonNode report) {
        return report.get("status").asText().equals("COMPARED");
    }

    private static void read(
            LocalKafka kafka, PipelineSpec spec, List<JsonNode> drift, BooleanSupplier isEnough) {
        CommittedRecords.read(
                kafka.bootstrapServers(),
                List.of(spec.output().drift()),
                PATIENCE,
                isEnough,
                record -> drift.add(CommittedRecords.json(record)));
    }

    /** The reference pipeline, with a registry of its own that has no profile. */
    private PipelineSpec pipeline(String bootstrapServers) throws IOException {
        Path source = Repository.path("jobs/pipelines");
        try (Stream<Path> files = Files.walk(source.resolve("models/card-fraud"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = folder.resolve(source.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                if (!file.endsWith("profile.json")) {
                    Files.copy(file, copy);
                }
            }
        }
        String text = Repository.text("jobs/pipelines/card-fraud.yaml");
        String learning =
                text.replaceFirst("(?m)^  window: 7 d$", "  window: 1 d\n  learn-rows: " + LEARNED);
        assertThat(learning).isNotEqualTo(text);
        return SpecParser.parse(
                        folder.resolve("card-fraud.yaml"),
                        learning,
                        Map.of("KAFKA_BOOTSTRAP_SERVERS", bootstrapServers)::get)
                .spec()
                .with(new CheckpointSpec(Duration.ofMillis(500), Duration.ofMinutes(1)));
    }
}
