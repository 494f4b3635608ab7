package io.millrace.jobs.backfill;

import io.millrace.jobs.pipeline.JobEnvironment;
import io.millrace.jobs.pipeline.PipelineFile;
import io.millrace.jobs.terminal.CommandFailure;
import io.millrace.jobs.terminal.Terminal;
import io.millrace.record.Event;
import io.millrace.source.EventTimeOrder;
import io.millrace.spec.LabelsSpec;
import io.millrace.spec.PipelineSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
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
            Counts counts = compute(new BatchRun(terminal, scratch), terminal, unfinished);
            requireRows(counts);
            new Manifest(pipeline, events, labels, config).write(unfinished, counts);
            Files.move(unfinished, output);
            return counts;
        } finally {
            Unfinished.remove(unfinished);
        }
    }

    /** Rows are taken to be in event-time order until one is not; then they are sorted first. */
    private Counts compute(BatchRun run, Terminal terminal, Path folder)
            throws IOException, InterruptedException {
        if (events.mayBeInOrder() && (labels == null || labels.mayBeInOrder())) {
            try {
                return run.runInOrder(graph(folder, EventTimeOrder.AS_READ), config.parallelism());
            } catch (UnorderedHistory e) {
                terminal.line("  %s; sorting first", String.valueOf(e.getMessage()));
                for (TrainingSetFormat format : config.formats()) {
                    Files.deleteIfExists(folder.resolve(format.fileName()));
                }
            }
        }
        return run.run(graph(folder, EventTimeOrder.SORTED), config.parallelism());
    }

    private JobGraph graph(Path folder, EventTimeOrder order) {
        PipelineSpec spec = pipeline.spec();
        StreamExecutionEnvironment env =
                JobEnvironment.createBatch(spec.pipeline() + " backfill", config.parallelism());
        HistoryJob.Outcome past = history.attach(env, order);
        DataStream<TrainingRow> rows =
                past.vectors()
                        .flatMap(new RangeFunction(config.fromMillis(), config.toMillis()))
                        .returns(TrainingRow.TYPE)
                        .uid("range")
                        .name("range");
        rows.connect(known(past, spec.labels()))
                .transform(
                        "training set",
                        TrainingRow.TYPE,
                        new TrainingSetOperator(
                                folder, config.formats(), columns, history.warming()))
                .setParallelism(1)
                .uid("training-set")
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
                .returns(TrainingRow.TYPE)
                .uid(uid)
                .name(uid);
    }

    /** The labels of events, and when the streams begin. */
    private DataStream<TrainingRow> known(HistoryJob.Outcome past, @Nullable LabelsSpec declared) {
        DataStream<Event> labelEvents = past.labels();
        if (declared == null || labelEvents == null) {
            return beginnings(past);
        }
        return labelEvents
                .flatMap(new LabelFunction(declared, config.labelsUntilMillis()))
                .returns(TrainingRow.TYPE)
                .uid("label-values")
                .name("label values")
                .union(beginnings(past));
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
