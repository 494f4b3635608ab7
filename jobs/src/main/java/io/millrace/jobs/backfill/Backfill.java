package io.millrace.jobs.backfill;

import io.millrace.jobs.pipeline.JobEnvironment;
import io.millrace.jobs.pipeline.PipelineFile;
import io.millrace.jobs.terminal.CommandFailure;
import io.millrace.jobs.terminal.Terminal;
import io.millrace.record.Event;
import io.millrace.spec.LabelsSpec;
import io.millrace.spec.PipelineSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.jspecify.annotations.Nullable;

/**
 * Writes a training set: a row per event with the features that the stream would have computed, and
 * the label where one is known.
 */
public final class Backfill {
    private final PipelineFile pipeline;
    private final History events;
    private final @Nullable History labels;
    private final BackfillConfig config;
    private final TrainingSetColumns columns;
    private final HistoryJob history;

    /**
     * A backfill that has not begun.
     *
     * @param labels null where there is no history of them
     * @throws CommandFailure where it cannot be
     */
    public Backfill(
            PipelineFile pipeline,
            History events,
            @Nullable History labels,
            BackfillConfig config) {
        this.pipeline = pipeline;
        this.events = events;
        this.labels = labels;
        this.config = config;
        this.columns = TrainingSetColumns.of(pipeline.spec(), labels != null);
        this.history = new HistoryJob(pipeline.spec(), events, labels);
    }

    /**
     * Runs it, and puts the finished folder where it is to be.
     *
     * @param scratch for what does not fit into memory
     * @return what was counted
     * @throws CommandFailure where nothing could be written; then there is no folder
     */
    public Counts run(Terminal terminal, Path scratch) throws IOException, InterruptedException {
        Path output = config.output().toAbsolutePath();
        Path unfinished = Unfinished.beside(output);
        try {
            Counts counts =
                    new BatchRun(terminal, scratch).run(graph(unfinished), config.parallelism());
            requireRows(counts);
            new Manifest(pipeline, events, labels, config).write(unfinished, counts);
            Files.move(unfinished, output);
            return counts;
        } finally {
            Unfinished.remove(unfinished);
        }
    }

    private JobGraph graph(Path folder) {
        PipelineSpec spec = pipeline.spec();
        StreamExecutionEnvironment env =
                JobEnvironment.createBatch(spec.pipeline() + " backfill", config.parallelism());
        HistoryJob.Outcome past = history.attach(env);
        DataStream<TrainingRow> rows =
                past.vectors()
                        .flatMap(new RangeFunction(config.fromMillis(), config.toMillis()))
                        .returns(TrainingRow.class)
                        .uid("range")
                        .name("range");
        labelled(rows, spec.labels(), past.labels())
                .union(beginnings(past))
                .keyBy(row -> 0, Types.INT)
                .process(
                        new TrainingSetFunction(
                                folder, config.formats(), columns, history.warming()))
                .returns(TrainingRow.class)
                .setParallelism(1)
                .uid("training-set")
                .name("training set")
                .sinkTo(new DiscardingSink<>())
                .uid("training-set-end")
                .name("training set end");
        return env.getStreamGraph().getJobGraph();
    }

    /** When the history begins: at its earliest event, and at its earliest label. */
    private static DataStream<TrainingRow> beginnings(HistoryJob.Outcome past) {
        DataStream<TrainingRow> ofEvents = beginning(past.events(), false);
        return past.labels() == null ? ofEvents : ofEvents.union(beginning(past.labels(), true));
    }

    private static DataStream<TrainingRow> beginning(DataStream<Event> stream, boolean areLabels) {
        String uid = areLabels ? "beginning-of-labels" : "beginning-of-events";
        return stream.flatMap(new BeginningFunction(areLabels))
                .returns(TrainingRow.class)
                .uid(uid)
                .name(uid);
    }

    /** Events with their labels, which only those need whose ids they have. */
    private DataStream<TrainingRow> labelled(
            DataStream<TrainingRow> rows,
            @Nullable LabelsSpec declared,
            @Nullable DataStream<Event> known) {
        if (declared == null || known == null) {
            return rows;
        }
        DataStream<TrainingRow> values =
                known.flatMap(new LabelFunction(declared, config.labelsUntilMillis()))
                        .returns(TrainingRow.class)
                        .uid("label-values")
                        .name("label values");
        return rows.union(values)
                .keyBy(TrainingRow::eventId, Types.STRING)
                .process(new LabelJoinFunction())
                .returns(TrainingRow.class)
                .uid("labels-of-events")
                .name("labels of events");
    }

    private void requireRows(Counts counts) {
        if (counts.of(Counts.WRITTEN) > 0) {
            return;
        }
        if (counts.read() == 0) {
            throw CommandFailure.failed("%s holds no events", events.described());
        }
        if (counts.of(Counts.COMPUTED) == 0) {
            throw CommandFailure.failed(
                    "none of the %,d events of %s was accepted (%s); for example %s",
                    counts.read(),
                    events.described(),
                    counts.reasons(),
                    counts.examples().stream().findFirst().orElse("–"));
        }
        throw CommandFailure.failed(
                "no event lies in the range asked for; those of %s lie from %s to %s",
                events.described(),
                Instant.ofEpochMilli(counts.of(Counts.EARLIEST)),
                Instant.ofEpochMilli(counts.of(Counts.LATEST)));
    }
}
