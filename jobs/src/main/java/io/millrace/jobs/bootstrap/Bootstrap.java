package io.millrace.jobs.bootstrap;

import io.millrace.features.Answered;
import io.millrace.features.FeatureBootstrapStage;
import io.millrace.features.FeatureConfig;
import io.millrace.ingest.IngestConfig;
import io.millrace.jobs.backfill.FileHistory;
import io.millrace.jobs.backfill.Unfinished;
import io.millrace.jobs.local.LocalFlink;
import io.millrace.jobs.pipeline.JobEnvironment;
import io.millrace.jobs.pipeline.Savepoint;
import io.millrace.jobs.terminal.CommandFailure;
import io.millrace.jobs.terminal.Interrupted;
import io.millrace.jobs.terminal.Interrupts;
import io.millrace.jobs.terminal.Sentence;
import io.millrace.record.Event;
import io.millrace.source.SourceConfig;
import io.millrace.source.UnreadableFileException;
import io.millrace.spec.LabelsSpec;
import io.millrace.spec.PipelineSpec;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.state.api.OperatorIdentifier;
import org.apache.flink.state.api.SavepointReader;
import org.apache.flink.state.api.SavepointWriter;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.jspecify.annotations.Nullable;

/**
 * Makes a savepoint for other features out of a job's savepoint and the records that the job has
 * read, of its topics and of files of what these do not hold any more: all but the feature steps'
 * state stays as it is, and theirs is what these features would have kept.
 */
public final class Bootstrap {
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);

    private final PipelineSpec spec;
    private final Savepoint savepoint;
    private final OlderFiles files;
    private final int parallelism;
    private final Path scratch;
    private final FeatureConfig features;
    private final AtomicInteger asked = new AtomicInteger();

    /** Is told how far it has come. */
    @FunctionalInterface
    public interface Progress {
        /**
         * Says so.
         *
         * @param records how many records have been read
         * @param all how many there are, and transaction markers
         */
        void at(long records, long all);
    }

    /**
     * What has been read.
     *
     * @param records of the topics
     * @param rows of the files, from before the topics
     * @param isWhole whether the history is known to be what {@code features.history-from} says; if
     *     not, it begins with its first row, and windows that begin before that warm
     */
    public record Counts(long records, long rows, boolean isWhole) {}

    /**
     * A bootstrap that has not begun.
     *
     * @param spec the pipeline with the new features
     * @param files what the topics do not hold any more
     * @param scratch where temporary files go
     */
    public Bootstrap(
            PipelineSpec spec,
            Savepoint savepoint,
            OlderFiles files,
            int parallelism,
            Path scratch) {
        this.spec = spec;
        this.savepoint = savepoint;
        this.files = files;
        this.parallelism = parallelism;
        this.scratch = scratch;
        this.features =
                FeatureConfig.from(spec.features(), spec.entities(), spec.events(), spec.labels());
    }

    /**
     * Reads all, and writes the new savepoint; where that fails there is none.
     *
     * @param output the folder where it goes, which must not exist
     * @return how much was read
     * @throws CommandFailure when the savepoint is not one of this pipeline, where files cannot
     *     stand in for what is missing, or where it does not work
     * @throws Interrupted where somebody asks for its end
     */
    public Counts run(Path output, Progress progress) throws IOException, InterruptedException {
        Path unfinished = Unfinished.beside(output.toAbsolutePath());
        try (var interrupts = Interrupts.call(this::ask)) {
            Counts counts = run(unfinished.toUri(), progress);
            Files.move(unfinished, output.toAbsolutePath());
            return counts;
        } catch (CommandFailure
                | Interrupted
                | UnreadableFileException
                | IOException
                | InterruptedException e) {
            throw e;
        } catch (Exception e) {
            throw CommandFailure.failed("the state could not be made: %s", Sentence.rootOf(e))
                    .causedBy(e);
        } finally {
            Unfinished.remove(unfinished);
        }
    }

    private Counts run(URI output, Progress progress) throws Exception {
        // A cluster of our own is gone when it is closed; one that Flink starts may live on a bit.
        try (var flink = LocalFlink.start(scratch, parallelism, 0)) {
            return run(flink.webAddress(), output, progress);
        }
    }

    private Counts run(URI cluster, URI output, Progress progress) throws Exception {
        var reader = SavepointReader.read(JobEnvironment.at(cluster, 1), savepoint.path());
        StreamPast events =
                StreamPast.of(spec, spec.events().stream(), "events", savepoint, reader);
        LabelsSpec declared = spec.labels();
        StreamPast labels =
                declared == null || !new FeatureBootstrapStage(features).readsLabels()
                        ? null
                        : StreamPast.of(spec, declared.stream(), "labels", savepoint, reader);
        if (events == null) {
            throw CommandFailure.badInput(
                    "%s holds no state of %s; it must be a savepoint of a pipeline's job",
                    savepoint.path(), "events-source");
        }
        List<String> steps =
                savepoint.uids().stream().filter(FeatureBootstrapStage::isStep).toList();
        Answered answered = FeatureBootstrapStage.answered(reader, steps);
        checkSeam(events, files.events(), answered);
        checkSeam(labels, files.labels(), answered);

        var environment = JobEnvironment.at(cluster, parallelism);
        var writer = SavepointWriter.fromExistingSavepoint(environment, savepoint.path());
        steps.forEach(step -> writer.removeOperator(OperatorIdentifier.forUid(step)));
        var order = spec.features().order();
        DataStream<Event> learntLabels =
                labels == null || declared == null
                        ? null
                        : labels.attach(
                                environment,
                                files.labels(),
                                files.untilMillis(),
                                IngestConfig.from(declared, order));
        boolean isWhole = isWhole(events, labels);
        new FeatureBootstrapStage(isWhole ? features : features.goingOn())
                .attach(
                        answered,
                        events.attach(
                                environment,
                                files.events(),
                                files.untilMillis(),
                                IngestConfig.from(spec.events(), order)),
                        learntLabels,
                        writer);
        writer.write(output.toString());
        long all = events.edges().records() + (labels == null ? 0 : labels.edges().records());
        Map<String, Object> counted =
                await(environment.executeAsync("bootstrap " + spec.pipeline()), all, progress);
        return new Counts(
                RecordCountFunction.of(counted),
                rowsOf(files.events(), "events", counted)
                        + rowsOf(learntLabels == null ? null : files.labels(), "labels", counted),
                isWhole);
    }

    private void checkSeam(
            @Nullable StreamPast past, @Nullable FileHistory older, Answered answered)
            throws IOException {
        if (past != null && older != null) {
            SourceConfig topic = past.config();
            new Seam(topic.topic(), past.edges().edges(), answered, topic.outOfOrdernessMillis())
                    .check(files.untilMillis());
        }
    }

    /** Whether the topics are as they were when {@code features.history-from} was said of them. */
    private boolean isWhole(StreamPast events, @Nullable StreamPast labels) {
        return files.events() == null
                && files.labels() == null
                && events.edges().areWhole()
                && (labels == null || labels.edges().areWhole());
    }

    /** How many rows of a stream's files were taken; there must be some. */
    private long rowsOf(@Nullable FileHistory older, String name, Map<String, Object> counted) {
        if (older == null) {
            return 0;
        }
        String counts = StreamPast.filesOf(name);
        long rows = count(counted, SideFunction.passed(counts));
        if (rows == 0) {
            throw CommandFailure.badInput(
                    "no row of %s counts: %,d lie at or after --history-until, %s, and are the"
                            + " topic's; %,d are unreadable%s",
                    older.described(),
                    count(counted, SideFunction.left(counts)),
                    Instant.ofEpochMilli(files.untilMillis()),
                    count(counted, SideFunction.refused(counts)),
                    counted.get(SideFunction.example(counts)) instanceof List<?> examples
                                    && !examples.isEmpty()
                            ? "; for example " + examples.get(0)
                            : "");
        }
        return rows;
    }

    private static long count(Map<String, Object> counted, String name) {
        return counted.get(name) instanceof Long count ? count : 0;
    }

    private Map<String, Object> await(JobClient job, long all, Progress progress)
            throws InterruptedException, ExecutionException {
        var result = job.getJobExecutionResult();
        while (!result.isDone()) {
            if (asked.get() != 0) {
                job.cancel().get();
                throw new Interrupted(asked.get());
            }
            progress.at(RecordCountFunction.of(accumulators(job)), all);
            Thread.sleep(LOOK_EVERY.toMillis());
        }
        return result.get().getAllAccumulatorResults();
    }

    private static Map<String, Object> accumulators(JobClient job) throws InterruptedException {
        try {
            return job.getAccumulators().get();
        } catch (ExecutionException | IllegalStateException e) {
            // The job has ended meanwhile, and its cluster with it: its result says how.
            return Map.of();
        }
    }

    private void ask(int exitCode) {
        if (!asked.compareAndSet(0, exitCode)) {
            Runtime.getRuntime().halt(exitCode);
        }
    }
}
