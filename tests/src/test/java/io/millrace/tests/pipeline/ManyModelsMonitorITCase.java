package io.millrace.tests.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.jobs.local.LocalFlink;
import io.millrace.jobs.local.LocalKafka;
import io.millrace.jobs.models.ModelTrial;
import io.millrace.jobs.models.Promotion;
import io.millrace.jobs.pipeline.EventTimeRange;
import io.millrace.jobs.pipeline.PipelineFile;
import io.millrace.jobs.pipeline.PipelineJob;
import io.millrace.jobs.pipeline.RunningJob;
import io.millrace.jobs.profile.ServedRows;
import io.millrace.jobs.report.PublishedReports;
import io.millrace.jobs.report.ReportContent;
import io.millrace.monitor.ProfileBuilder;
import io.millrace.monitor.ReferenceProfile;
import io.millrace.registry.ModelVersion;
import io.millrace.sink.TopicPlan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One job that scores with the model of each event's country, and compares each with its own. */
class ManyModelsMonitorITCase {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int EVENTS = 3_000;
    private static final long WINDOW = 1_000;

    /** Events of a minute later, one in each partition, end the last window. */
    private static final int CLOSING = 2;

    private static final long BEGIN = 1_700_000_000_000L;
    private static final List<String> COUNTRIES = List.of("de", "fr", "xx");

    @TempDir private Path folder;

    @Test
    void eachModelIsComparedWithWhatItHasServedAndThatOfNobodyIsNot() throws Exception {
        var pipelines = new CountryPipelines(folder);
        // The same bytes: what tells them apart is their names.
        pipelines.register("fraud-de", "1", "sum");
        pipelines.register("fraud-fr", "1", "sum");
        try (var kafka = LocalKafka.start(folder.resolve("kafka"), Map.of())) {
            String model = "memory: 64 MiB\nfallback: {score: 0.5}";
            PipelineFile serving = pipelines.read(kafka.bootstrapServers(), "serving", model, "");
            TopicPlan.of(serving.spec()).create(2, (short) 1, Duration.ofSeconds(10));
            CountryPipelines.publish(
                    kafka, serving, EVENTS + CLOSING, ManyModelsMonitorITCase::event);
            List<ModelVersion> models = serving.models(folder.resolve("cache"));
            new Promotion(serving, ModelTrial.STANDARD, folder.resolve("cache"), "test")
                    .begin(models, 1);
            var scores = new ArrayList<JsonNode>();
            run(kafka, serving, models, scores::add, () -> scores.size() >= EVENTS + CLOSING);
            ReferenceProfile german = profile(serving, "fraud-de");
            ReferenceProfile french = profile(serving, "fraud-fr");
            assertThat(german.digest()).isNotEqualTo(french.digest());

            PipelineFile watching =
                    pipelines.read(
                            kafka.bootstrapServers(),
                            "watching",
                            model,
                            """
                            monitor:
                              window: 1 s
                              min-rows: 100
                              persistence: {windows: 1, of: 1}
                            """);
            TopicPlan.of(watching.spec()).create(2, (short) 1, Duration.ofSeconds(10));
            var drift = new ArrayList<JsonNode>();
            run(kafka, watching, models, drift::add, () -> drift.size() >= 6);

            assertThat(drift)
                    .allSatisfy(
                            report ->
                                    assertThat(report.get("reference_version").asText())
                                            .isEqualTo(
                                                    switch (report.get("model_name").asText()) {
                                                        case "fraud-de" -> german.digest();
                                                        case "fraud-fr" -> french.digest();
                                                        default -> "nobody's";
                                                    }));
            assertThat(worst(watching, "fraud-de")).isEmpty();
            assertThat(worst(watching, "fraud-fr"))
                    .anySatisfy(line -> assertThat(line).startsWith("a drifted in 1 of 3 windows"));
        }
    }

    /** Of the last window, France's events are like Germany's. */
    private static String event(long id) {
        String country = COUNTRIES.get((int) (id % COUNTRIES.size()));
        boolean isLast = id >= EVENTS - WINDOW;
        long a = country.equals("fr") && !isLast ? 100 + id % 7 : id % 7;
        return "{\"id\": %d, \"at\": %d, \"card\": \"card-%d\", \"country\": \"%s\", \"a\": %d, \"b\": %d}"
                .formatted(
                        id, BEGIN + id + (id < EVENTS ? 0 : 60_000), id % 20, country, a, id % 2);
    }

    /** What a model has served before the last window is its reference. */
    private ReferenceProfile profile(PipelineFile file, String model) throws Exception {
        var builder = new ProfileBuilder(file.spec());
        var range = new EventTimeRange(Long.MIN_VALUE, BEGIN + EVENTS - WINDOW);
        ServedRows.forEach(
                file.spec(),
                model,
                range,
                (features, label, segment) -> {
                    assertThat(features[0] >= 100).isEqualTo(model.equals("fraud-fr"));
                    builder.add(features, segment);
                    double score = features[0] + features[1];
                    builder.add(score, score >= 1.5 ? "review" : "approve", label, segment);
                });
        ReferenceProfile profile = builder.build(model, "1");
        Files.write(
                folder.resolve("models").resolve(model).resolve("1/profile.json"), profile.json());
        return profile;
    }

    private static List<String> worst(PipelineFile file, String model) {
        var reports = PublishedReports.read(file.spec(), model, EventTimeRange.ALL);
        return ReportContent.of(
                        file.spec(),
                        Objects.requireNonNull(file.spec().monitor()),
                        reports,
                        EventTimeRange.ALL,
                        Instant.EPOCH)
                .worst(5);
    }

    private void run(
            LocalKafka kafka,
            PipelineFile file,
            List<ModelVersion> models,
            Consumer<JsonNode> each,
            BooleanSupplier isDone)
            throws Exception {
        var output = file.spec().output();
        try (var flink = LocalFlink.start(folder.resolve(file.spec().pipeline()), 2, 0)) {
            var job =
                    RunningJob.submit(
                            flink.client(), new PipelineJob(file.spec(), models).graph(2));
            CommittedRecords.read(
                    kafka.bootstrapServers(),
                    List.of(file.spec().monitor() == null ? output.scores() : output.drift()),
                    PATIENCE,
                    isDone,
                    record -> each.accept(CommittedRecords.json(record)));
            job.cancel();
        }
    }
}
