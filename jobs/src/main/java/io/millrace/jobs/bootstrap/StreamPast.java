package io.millrace.jobs.bootstrap;

import io.millrace.ingest.IngestConfig;
import io.millrace.ingest.IngestStage;
import io.millrace.jobs.backfill.FileHistory;
import io.millrace.jobs.pipeline.Savepoint;
import io.millrace.jobs.terminal.CommandFailure;
import io.millrace.record.Event;
import io.millrace.record.Received;
import io.millrace.source.SourceBootstrapStage;
import io.millrace.source.SourceConfig;
import io.millrace.spec.PipelineSpec;
import io.millrace.spec.StreamSpec;
import java.util.Map;
import org.apache.flink.state.api.SavepointReader;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** What a savepoint's job has read of one stream: of its topic, and of files from before that. */
final class StreamPast {
    private final SourceConfig config;
    private final SourceBootstrapStage source;
    private final Map<TopicPartition, Long> ends;
    private final TopicEdges edges;

    private StreamPast(
            SourceConfig config, SourceBootstrapStage source, Map<TopicPartition, Long> ends) {
        this.config = config;
        this.source = source;
        this.ends = ends;
        this.edges = TopicEdges.of(config, ends);
    }

    /**
     * That of one of a pipeline's streams; null where the savepoint's job did not read it.
     *
     * @param name {@code events} or {@code labels}
     * @throws CommandFailure where it has read another topic
     */
    static @Nullable StreamPast of(
            PipelineSpec spec,
            StreamSpec stream,
            String name,
            Savepoint savepoint,
            SavepointReader reader)
            throws Exception {
        var config = SourceConfig.from(spec.pipeline(), spec.kafka(), stream, name);
        var source = new SourceBootstrapStage(config);
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
        return new StreamPast(config, source, ends);
    }

    TopicEdges edges() {
        return edges;
    }

    SourceConfig config() {
        return config;
    }

    /**
     * Reads what the ingest stage accepts of it.
     *
     * @param files what is older than the topic; null where nothing is
     * @param untilMillis the first event time that is the topic's
     */
    DataStream<Event> attach(
            StreamExecutionEnvironment environment,
            @Nullable FileHistory files,
            long untilMillis,
            IngestConfig ingest) {
        DataStream<Received> received = source.attach(environment, ends);
        DataStream<Received> rows =
                received.map(new RecordCountFunction())
                        .returns(received.getType())
                        .name("records read");
        if (files != null) {
            rows =
                    rows.filter(SideFunction.from(config.name(), untilMillis))
                            .name(config.name() + ": the topic's")
                            .union(
                                    files.attach(config, environment)
                                            .filter(
                                                    SideFunction.before(
                                                            filesOf(config.name()), untilMillis))
                                            .name(config.name() + ": the files'"));
        }
        return new IngestStage(ingest).attach(rows).events();
    }

    /** What a stream's files are counted under. */
    static String filesOf(String name) {
        return name + ".files";
    }
}
