package io.millrace.tests.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.jobs.local.LocalKafka;
import io.millrace.sink.TopicPlan;
import io.millrace.spec.PipelineSpec;
import io.millrace.tests.Repository;
import io.millrace.tests.pipeline.ReferencePipeline;
import io.millrace.tests.report.ReportedWeeks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code ./millrace report} says, word by word, from no topics to a page. */
class ReportITCase {
    @TempDir Path folder;

    @Test
    void whatIsMissingIsNamedUntilThereIsAPage() throws Exception {
        try (var kafka = LocalKafka.start(folder.resolve("kafka"), Map.of())) {
            PipelineSpec spec = ReferencePipeline.on(kafka);
            assertSays("report-no-topics", 1, kafka);
            TopicPlan.of(spec).create(2, (short) 1, Duration.ofSeconds(10));
            assertSays("report-none-yet", 1, kafka);

            ReportedWeeks.publish(spec);
            assertSays("report-none-in-range", 1, kafka, "--from", "2027-01-01");
            assertSays("report-no-range", 2, kafka, "--from", "2026-02-01", "--to", "2026-01-01");
            assertSays("report-no-folder", 2, kafka, "--out", "nowhere/report.html");
            assertSays("reported", 0, kafka);
            assertThat(Files.readString(folder.resolve("report.html")))
                    .startsWith("<!DOCTYPE html>")
                    .contains("\"pipeline\":\"card-fraud\"");
            assertSays(
                    "reported-range",
                    0,
                    kafka,
                    "--from",
                    "2026-01-12",
                    "--to",
                    "2026-01-26T00:00:00Z",
                    "--out",
                    "two-weeks.html");
        }
    }

    @Test
    void aPipelineThatWatchesNothingHasNoReport() throws Exception {
        String file = Files.readString(Repository.path("jobs/pipelines/card-fraud.yaml"));
        Files.writeString(
                folder.resolve("unwatched.yaml"),
                file.replaceAll("(?m)^monitor:\\n(?: .*\\n)+", ""));
        var launched = Launched.run(folder, "report", "unwatched.yaml");
        assertThat(launched.output())
                .isEqualTo(
                        "millrace: unwatched.yaml has no monitor section, so there is nothing to"
                                + " report\n");
        assertThat(launched.exitCode()).isEqualTo(2);
    }

    private void assertSays(String golden, int exitCode, LocalKafka kafka, String... more) {
        var arguments =
                new ArrayList<>(
                        List.of(
                                "report",
                                Repository.path("jobs/pipelines/card-fraud.yaml").toString(),
                                "--set",
                                "KAFKA_BOOTSTRAP_SERVERS=" + kafka.bootstrapServers()));
        arguments.addAll(List.of(more));
        var launched = Launched.run(folder, arguments.toArray(String[]::new));
        Golden.assertSame(
                Repository.path("tests/src/test/resources/launcher/" + golden + ".txt"),
                launched.output()
                        .replace(folder.toString(), "<folder>")
                        .replace(kafka.bootstrapServers(), "<kafka>")
                        .replace(Repository.path("jobs").toString(), "<jobs>")
                        .replaceAll("[0-9]+ KB", "<size> KB"));
        assertThat(launched.exitCode()).isEqualTo(exitCode);
        assertThat(folder.resolve("tmp")).isEmptyDirectory();
    }
}
