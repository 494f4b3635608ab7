package io.millrace.jobs.bootstrap;

import io.millrace.features.Answered;
import io.millrace.features.FeatureBootstrapStage;
import io.millrace.features.FeatureConfig;
import io.millrace.ingest.IngestConfig;
import io.millrace.ingest.IngestStage;
import io.millrace.jobs.pipeline.JobEnvironment;
import io.millrace.jobs.pipeline.Savepoint;
import io.millrace.jobs.terminal.CommandFailure;
import io.millrace.jobs.terminal.Sentence;
import io.millrace.record.Event;
import io.millrace.record.Received;
import io.millrace.source.SourceBootstrapStage;
import io.millrace.source.SourceConfig;
import io.millrace.spec.PipelineSpec;
import io.millrace.spec.StreamSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.state.api.OperatorIdentifier;
import org.apache.flink.state.api.SavepointReader;
import org.apache.flink.state.api.SavepointWriter;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Makes a savepoint for other features out of a job's savepoint and the records that the job has
 * read: all but the feature steps' state stays as it is, and theirs is what these features would
 * have kept.
 */
public final class Bootstrap {
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);

    private final PipelineSpec spec;
    private final Savepoint savepoint;
    private final int parallelism;
    private final Path scratch;
    private final FeatureBootstrapStage features;

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

    /** What a source of the savepoint's job has read. */
    private record Read(
            StreamSpec stream, SourceBootstrapStage source, Map<TopicPartition, Long> ends) {}

    /**
     * A bootstrap that has not begun.
     *
     * @param spec the pipeline with the new features
     * @param scratch where temporary files go
     */
    public Bootstrap(PipelineSpec spec, Savepoint savepoint, int parallelism, Path scratch) {
        this.spec = spec;
        this.savepoint = savepoint;
        this.parallelism = parallelism;
        this.scratch = scratch;
        this.features =
                new FeatureBootstrapStage(
                        FeatureConfig.from(
                                spec.features(), spec.entities(), spec.events(), spec.labels()));
    }

    /**
     * Reads all, and writes the new savepoint.
     *
     * @param output where it goes
     * @return how many records were read
     * @throws CommandFailure when the savepoint is not one of this pipeline, or it does not work
     */
    public long run(String output, Progress progress) throws InterruptedException {
        try {
            var reader =
                    SavepointReader.read(JobEnvironment.embedded(1, scratch), savepoint.path());
            Read events = read(reader, spec.events().stream(), "events");
            Read labels =
                    spec.labels() == null || !features.readsLabels()
                            ? null
                            : read(reader, spec.labels().stream(), "labels");
            if (events == null) {
                throw CommandFailure.badInput(
                        "%s holds no state of %s; it must be a savepoint of a pipeline's job",
                        savepoint.path(), "events-source");
            }
            List<String> steps =
                    savepoint.uids().stream().filter(FeatureBootstrapStage::isStep).toList();
            Answered answered = FeatureBootstrapStage.answered(reader, steps);

            var environment = JobEnvironment.embedded(parallelism, scratch);
            var writer = SavepointWriter.fromExistingSavepoint(environment, savepoint.path());
            steps.forEach(step -> writer.removeOperator(OperatorIdentifier.forUid(step)));
            features.attach(
                    answered,
                    accepted(
                            environment,
                            events,
                            IngestConfig.from(spec.events(), spec.features().order())),
                    labels == null || spec.labels() == null
                            ? null
                            : accepted(
                                    environment,
                                    labels,
                                    IngestConfig.from(spec.labels(), spec.features().order())),
                    writer);
            writer.write(output);
            long all = records(events) + (labels == null ? 0 : records(labels));
            return await(environment.executeAsync("bootstrap " + spec.pipeline()), all, progress);
        } catch (CommandFailure | InterruptedException e) {
            throw e;
        } catch (Exception e) {
            throw CommandFailure.failed("the state could not be made: %s", Sentence.rootOf(e))
                    .causedBy(e);
        }
    }

    /** Null where the savepoint's job did not read that stream. */
    private @Nullable Read read(SavepointReader reader, StreamSpec stream, String name)
            throws Exception {
        var source =
                new SourceBootstrapStage(
                        SourceConfig.from(spec.pipeline(), spec.kafka(), stream, name));
        if (!savepoint.uids().contains(source.uid())) {
            return null;
        }
        var ends = source.offsets(reader);
        for (TopicPartition partition : ends.keySet()) {
            if (!partition.topic().equals(stream.topic())) {
                throw CommandFailure.badInput(
                        "the topic of %s is %s; it must be %s, which the savepoint's job has read",
                        name, stream.topic(), partition.topic());
            }
        }
        return new Read(stream, source, ends);
    }

    private static DataStream<Event> accepted(
            StreamExecutionEnvironment environment, Read read, IngestConfig config) {
        DataStream<Received> received = read.source.attach(environment, read.ends);
        DataStream<Received> counted =
                received.map(new RecordCountFunction())
                        .returns(received.getType())
                        .name("records read");
        return new IngestStage(config).attach(counted).events();
    }

    private long records(Read read) {
        var config = new HashMap<String, Object>(spec.kafka().properties());
        config.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, spec.kafka().bootstrapServers());
        try (var consumer =
                new KafkaConsumer<>(
                        config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            Map<TopicPartition, Long> begins = consumer.beginningOffsets(read.ends.keySet());
            return read.ends.entrySet().stream()
                    .mapToLong(
                            end ->
                                    Math.max(
                                            0,
                                            end.getValue() - begins.getOrDefault(end.getKey(), 0L)))
                    .sum();
        }
    }

    private static long await(JobClient job, long all, Progress progress)
            throws InterruptedException, ExecutionException {
        var result = job.getJobExecutionResult();
        while (!result.isDone()) {
            progress.at(RecordCountFunction.of(accumulators(job)), all);
            Thread.sleep(LOOK_EVERY.toMillis());
        }
        return RecordCountFunction.of(result.get().getAllAccumulatorResults());
    }

    private static Map<String, Object> accumulators(JobClient job) throws InterruptedException {
        try {
            return job.getAccumulators().get();
        } catch (ExecutionException | IllegalStateException e) {
            // The job has ended meanwhile, and its cluster with it: its result says how.
            return Map.of();
        }
    }
}
