package io.millrace.jobs.parity;

import io.millrace.features.HistoryWarming;
import io.millrace.jobs.backfill.BatchRun;
import io.millrace.jobs.backfill.Counts;
import io.millrace.jobs.backfill.HistoryJob;
import io.millrace.jobs.pipeline.JobEnvironment;
import io.millrace.jobs.terminal.CommandFailure;
import io.millrace.jobs.terminal.Terminal;
import io.millrace.record.Event;
import io.millrace.spec.ColumnSpec;
import io.millrace.spec.FeaturesSpec.FeatureSpec;
import io.millrace.spec.FeaturesSpec.WindowSpec;
import io.millrace.spec.PipelineSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/** Holds the features that were logged with scores against a backfill of the same events. */
public final class Parity {
    private static final TypeInformation<ParityRow> ROW = TypeInformation.of(ParityRow.class);

    private static final int[] NONE = {};

    private final PipelineSpec spec;
    private final ParityConfig config;
    private final List<String> features;
    private final HistoryJob history;

    /**
     * A comparison that has not begun.
     *
     * @throws CommandFailure where it cannot be
     */
    public Parity(PipelineSpec spec, ParityConfig config) {
        this.spec = spec;
        this.config = config;
        this.features = spec.features().vector().stream().map(FeatureSpec::name).toList();
        this.history =
                new HistoryJob(
                        spec, config.events(), config.labels(), config.refusals().ofTheMoment());
    }

    /**
     * Runs it.
     *
     * @param scratch for the differences, and what does not fit into memory
     * @throws CommandFailure where there was nothing to compare
     */
    public ParityReport run(Terminal terminal, Path scratch)
            throws IOException, InterruptedException {
        Path differences = Files.createDirectories(scratch).resolve("differences.jsonl");
        Counts counts =
                new BatchRun(terminal, scratch).run(graph(differences), config.parallelism());
        if (counts.of(CompareFunction.COMPARED) == 0 && Files.size(differences) == 0) {
            throw CommandFailure.failed(
                    counts.of(LoggedFunction.WITHOUT_FEATURES) > 0
                            ? "the scores of %s carry no features; set include-features: true under"
                                    + " output in the pipeline's file"
                            : "%s holds no scores to compare",
                    config.scores().described());
        }
        HistoryWarming warming = history.warming();
        EarliestFunction.tell(warming, counts);
        // Of a history that is whole, the stream has seen no earlier rows either.
        return ParityReport.read(
                differences,
                features,
                config,
                counts,
                history.isWhole() ? millis -> NONE : warming::at);
    }

    private JobGraph graph(Path differences) {
        StreamExecutionEnvironment env =
                JobEnvironment.createBatch(spec.pipeline() + " parity", config.parallelism());
        HistoryJob.Outcome past = history.attach(env);
        DataStream<ParityRow> rows = logged(env).union(computed(past));
        if (config.byCoordinates()) {
            rows = rows.union(causes(past));
        }
        noteBeginning(past.events(), false);
        if (past.labels() != null) {
            noteBeginning(past.labels(), true);
        }
        long fromMillis = config.fromMillis();
        long toMillis = config.toMillis();
        rows.filter(row -> row.eventTimeMillis() >= fromMillis && row.eventTimeMillis() < toMillis)
                .uid("range")
                .name("range")
                .keyBy(ParityRow::eventId, Types.STRING)
                .process(new CompareFunction(config.byCoordinates()))
                .returns(TypeInformation.of(Difference.class))
                .uid("compare")
                .name("compare")
                .map(new DifferenceFunction(differences))
                .returns(TypeInformation.of(Difference.class))
                .setParallelism(1)
                .uid("differences")
                .name("differences")
                .sinkTo(new DiscardingSink<>())
                .uid("differences-end")
                .name("differences end");
        return env.getStreamGraph().getJobGraph();
    }

    private static void noteBeginning(DataStream<Event> rows, boolean areLabels) {
        String uid = areLabels ? "beginning-of-labels" : "beginning-of-events";
        rows.map(EarliestFunction.of(areLabels))
                .returns(rows.getType())
                .uid(uid)
                .name(uid)
                .sinkTo(new DiscardingSink<>())
                .uid(uid + "-end")
                .name(uid + " end");
    }

    private DataStream<ParityRow> logged(StreamExecutionEnvironment env) {
        return config.scores()
                .attach(Scores.topic(spec), env)
                .flatMap(new LoggedFunction(features))
                .returns(ROW)
                .uid("logged")
                .name("logged");
    }

    private static DataStream<ParityRow> computed(HistoryJob.Outcome past) {
        return past.vectors()
                .map(
                        vector ->
                                ParityRow.computed(
                                        vector.eventId(),
                                        vector.eventTimeMillis(),
                                        vector.origin().partition(),
                                        vector.origin().offset(),
                                        vector.values()))
                .returns(ROW)
                .uid("computed")
                .name("computed");
    }

    private DataStream<ParityRow> causes(HistoryJob.Outcome past) {
        DataStream<Arrival> arrivals =
                arrivals(past.events(), false, spec.events().stream().columns());
        if (past.labels() != null && spec.labels() != null) {
            arrivals =
                    arrivals.union(arrivals(past.labels(), true, spec.labels().stream().columns()));
        }
        return arrivals.keyBy(Arrival::entity, Types.STRING)
                .process(new OvertakenFunction(lookbackMillis()))
                .returns(ROW)
                .uid("overtaken")
                .name("overtaken");
    }

    private DataStream<Arrival> arrivals(
            DataStream<Event> rows, boolean areLabels, List<ColumnSpec> columns) {
        String uid = areLabels ? "label-arrivals" : "event-arrivals";
        return rows.flatMap(new ArrivalFunction(areLabels, spec.entities().columns(), columns))
                .returns(TypeInformation.of(Arrival.class))
                .uid(uid)
                .name(uid);
    }

    /** How far back any window reaches. */
    private long lookbackMillis() {
        return spec.features().features().stream()
                .filter(WindowSpec.class::isInstance)
                .map(WindowSpec.class::cast)
                .mapToLong(window -> window.window().plus(window.delay()).toMillis())
                .max()
                .orElse(0);
    }
}
