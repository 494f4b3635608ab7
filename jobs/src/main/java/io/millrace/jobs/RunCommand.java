package io.millrace.jobs;

import io.millrace.jobs.local.LocalFlink;
import io.millrace.jobs.models.ModelTrial;
import io.millrace.jobs.models.Promotion;
import io.millrace.jobs.pipeline.JobCluster;
import io.millrace.jobs.pipeline.PipelineFile;
import io.millrace.jobs.pipeline.PipelineJob;
import io.millrace.jobs.pipeline.Savepoint;
import io.millrace.jobs.terminal.CommandFailure;
import io.millrace.jobs.terminal.Sentence;
import io.millrace.jobs.terminal.Terminal;
import io.millrace.record.ModelUpdate;
import io.millrace.registry.ModelVersion;
import io.millrace.sink.TopicPlan;
import io.millrace.spec.PipelineSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs a pipeline, here or on a cluster. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = {
            "Runs a pipeline: in this process, with its web UI and its state in a folder, or on a"
                    + " Flink cluster.",
            "Ctrl-C stops it with a savepoint, from which it goes on without losing or doubling a"
                    + " record;",
            "a second Ctrl-C stops it at once."
        })
final class RunCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin private PipelineArgument pipeline = new PipelineArgument();
    @Mixin private ParallelismArgument width = new ParallelismArgument();

    @Option(
            names = "--cluster",
            paramLabel = "URL",
            description =
                    "The JobManager of a running cluster, http://host:8081. Default: run here.")
    private @Nullable String cluster;

    @Option(
            names = "--from-savepoint",
            paramLabel = "PATH",
            description = "Go on from a savepoint or a retained checkpoint.")
    private @Nullable String savepoint;

    @Option(
            names = "--allow-non-restored-state",
            description =
                    "Let go what the savepoint holds of entities that the pipeline does not have"
                            + " any more.")
    private boolean allowNonRestoredState;

    @Option(names = "--detached", description = "With --cluster: submit, and do not wait.")
    private boolean detached;

    @Option(
            names = "--folder",
            paramLabel = "PATH",
            description =
                    "Without --cluster: where checkpoints and savepoints go. Default:"
                            + " .millrace/<pipeline>.")
    private @Nullable Path folder;

    @Option(
            names = "--port",
            paramLabel = "N",
            defaultValue = "0",
            description = "Without --cluster: the port of the web UI. Default: a free one.")
    private int port;

    RunCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        int parallelism = width.checked();
        if (detached && cluster == null) {
            throw CommandFailure.badInput(
                    "--detached is for --cluster; a job in this process ends with it");
        }
        PipelineFile file = pipeline.read();
        PipelineSpec spec = file.spec();
        Path home = home(spec);
        Log.to(home.resolve("millrace.log"));
        try (var scratch = Scratch.create("run")) {
            List<ModelVersion> models = file.models(scratch.folder());
            Kafka.check(spec, pipeline.typed());
            var promotion =
                    new Promotion(file, ModelTrial.STANDARD, scratch.folder(), Actor.person());
            List<ModelUpdate> begun = promotion.begin(models, System.currentTimeMillis());
            terminal.line(
                    "%s  scored by %s: %s → %s",
                    terminal.bold(spec.pipeline()),
                    models.stream().map(ModelVersion::toString).collect(Collectors.joining(", ")),
                    String.join(", ", TopicPlan.of(spec).inputs()),
                    spec.output().scores());
            for (ModelUpdate update : begun) {
                if (update.fromMillis() > 0) {
                    terminal.line(
                            "  %s answers from event time %s on",
                            update, Instant.ofEpochMilli(update.fromMillis()));
                }
            }
            JobGraph job =
                    savepoint == null
                            ? new PipelineJob(spec, models).graph(parallelism)
                            : goingOn(
                                    PipelineJob.goingOn(spec, models).graph(parallelism),
                                    savepoint);
            return cluster == null ? here(home, job, parallelism) : there(cluster, job);
        }
    }

    private JobGraph goingOn(JobGraph job, String from) {
        job.setSavepointRestoreSettings(
                SavepointRestoreSettings.forPath(from, allowNonRestoredState));
        // A cluster may have file systems that this process has not: Flink says the rest there.
        if (cluster == null && !allowNonRestoredState) {
            List<String> unknown = Savepoint.at(from).unknownTo(job);
            if (!unknown.isEmpty()) {
                throw CommandFailure.badInput(
                        "the savepoint holds state of %s, which %s does not have; declare it again,"
                                + " or let it go with --allow-non-restored-state",
                        String.join(", ", unknown), pipeline.path());
            }
        }
        return job;
    }

    private int here(Path home, JobGraph job, int parallelism) throws InterruptedException {
        try (var flink = LocalFlink.start(home, parallelism, port)) {
            return new EmbeddedRun(terminal, flink, home, resume("")).run(job);
        } catch (IOException e) {
            if (port > 0 && Sentence.rootOf(e).contains("Could not start rest endpoint")) {
                throw CommandFailure.failed(
                                "port %d is in use; choose another with --port, or leave it out",
                                port)
                        .causedBy(e);
            }
            throw CommandFailure.failed("%s", String.valueOf(e.getMessage())).causedBy(e);
        }
    }

    private int there(String address, JobGraph job) throws InterruptedException {
        job.addJar(new org.apache.flink.core.fs.Path(JobCluster.jobJar().toUri()));
        try (var client = JobCluster.reach(address)) {
            return new ClusterRun(terminal, client, address, resume(" --cluster " + address))
                    .run(job, detached);
        }
    }

    /** What to type to go on from a savepoint, up to the savepoint. */
    private String resume(String options) {
        return "./millrace run %s%s%s --from-savepoint "
                .formatted(pipeline.typed(), options, folder == null ? "" : " --folder " + folder);
    }

    private Path home(PipelineSpec spec) {
        Path home = folder == null ? Path.of(".millrace", spec.pipeline()) : folder;
        try {
            return Files.createDirectories(home).toAbsolutePath().normalize();
        } catch (IOException e) {
            throw CommandFailure.badInput(
                            "%s cannot be made or written (%s); choose another folder with"
                                    + " --folder",
                            home, Sentence.of(e))
                    .causedBy(e);
        }
    }
}
