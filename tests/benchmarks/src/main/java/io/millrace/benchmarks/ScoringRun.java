package io.millrace.benchmarks;

import io.millrace.jobs.pipeline.JobEnvironment;
import io.millrace.jobs.pipeline.PipelineJob;
import io.millrace.registry.ModelRegistry;
import io.millrace.registry.ModelVersion;
import io.millrace.spec.PipelineSpec;
import io.millrace.spec.SpecParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.client.JobCancellationException;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.ExceptionUtils;

/**
 * One job of the scoring benchmark, alone in its JVM until that is killed: each line that it is
 * told names an output, to which the job then runs from the first row on.
 */
final class ScoringRun {

    /** A row is a millisecond of event time: windows end while it is measured. */
    private static final String MONITOR =
            """
            monitor:
              window: 1 h
              categorical: [TX_DURING_WEEKEND, TX_DURING_NIGHT]
            """;

    private ScoringRun() {}

    /** {@code ScoringRun variant bootstrapServers input registry modelCache}. */
    public static void main(String[] args) throws Exception {
        var variant = ScoringVariant.valueOf(args[0]);
        Path registry = registry(variant, Path.of(args[3]), Path.of(args[4]));
        var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String output = lines.readLine();
        while (output != null) {
            var workload =
                    new ScoringWorkload(args[1], args[2], output, registry, Path.of(args[4]));
            JobClient job = environment(variant, workload).executeAsync(output);
            output = lines.readLine();
            job.cancel().get();
            await(job);
        }
    }

    private static Path registry(ScoringVariant variant, Path registry, Path modelCache)
            throws IOException {
        if (!variant.isMonitored()) {
            return registry;
        }
        Path folder = modelCache.resolveSibling(variant.typed());
        Path profiled = ProfiledModel.copy(registry, variant.model(), folder);
        var workload = new ScoringWorkload("localhost:9092", "in", "out", profiled, modelCache);
        ProfiledModel.profile(
                variant.input(),
                spec(variant, workload),
                ModelRegistry.inDirectory(profiled, modelCache),
                profiled);
        return profiled;
    }

    /** A job that was cancelled is over when its result says so. */
    private static void await(JobClient job) throws InterruptedException {
        try {
            job.getJobExecutionResult().get();
        } catch (ExecutionException cancelled) {
            if (ExceptionUtils.findThrowable(cancelled, JobCancellationException.class).isEmpty()) {
                throw new IllegalStateException("the job has failed", cancelled);
            }
        }
    }

    private static StreamExecutionEnvironment environment(
            ScoringVariant variant, ScoringWorkload workload) throws IOException {
        StreamExecutionEnvironment env;
        if (variant.job() == ScoringVariant.Job.MILLRACE) {
            PipelineSpec spec = spec(variant, workload);
            env = JobEnvironment.create(spec.pipeline(), spec.checkpoint(), 1);
            new PipelineJob(spec, model(variant, workload)).attach(env);
            return env;
        }
        // What a user gets who sets nothing but the parallelism and the checkpoints.
        env = StreamExecutionEnvironment.getExecutionEnvironment();
        env.setParallelism(1);
        env.enableCheckpointing(1_000);
        String modelFile =
                variant == ScoringVariant.JSON_ONLY
                        ? ""
                        : workload.registry()
                                .resolve(variant.model())
                                .resolve("1/model.onnx")
                                .toString();
        if (variant.job() == ScoringVariant.Job.CRAYFISH) {
            CrayfishJob.define(env, workload, modelFile);
        } else {
            NaiveScoringJob.define(env, workload, modelFile);
        }
        return env;
    }

    static PipelineSpec spec(ScoringVariant variant, ScoringWorkload workload) throws IOException {
        Map<String, String> variables =
                Map.of(
                        "RUN", workload.output(),
                        "KAFKA", workload.bootstrapServers(),
                        "INPUT", workload.input(),
                        "OUTPUT", workload.output(),
                        "MODEL", variant.model(),
                        "REGISTRY", workload.registry().toString(),
                        "FORMAT", variant.input().format(),
                        "DATA", variant.input().data(),
                        "GUARANTEE", variant.guarantee());
        try (InputStream file = ScoringRun.class.getResourceAsStream(variant.input().pipeline())) {
            String text =
                    new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8);
            String whole = variant.isMonitored() ? text + MONITOR : text;
            return SpecParser.parse(Path.of(variant.input().pipeline()), whole, variables::get)
                    .spec();
        }
    }

    private static ModelVersion model(ScoringVariant variant, ScoringWorkload workload) {
        return ModelRegistry.inDirectory(workload.registry(), workload.modelCache())
                .require(variant.model(), "champion");
    }
}
