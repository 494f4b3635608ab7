package io.millrace.jobs.backfill;

import io.millrace.features.FeatureConfig;
import io.millrace.features.FeatureStage;
import io.millrace.features.Featured;
import io.millrace.ingest.IngestConfig;
import io.millrace.ingest.IngestStage;
import io.millrace.ingest.Ingested;
import io.millrace.jobs.terminal.CommandFailure;
import io.millrace.record.DeadLetter;
import io.millrace.record.Duplicate;
import io.millrace.record.Event;
import io.millrace.record.FeatureVector;
import io.millrace.record.Received;
import io.millrace.source.SourceConfig;
import io.millrace.spec.FeaturesSpec.Order;
import io.millrace.spec.LabelsSpec;
import io.millrace.spec.PipelineSpec;
import io.millrace.spec.StreamSpec;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;

/**
 * The stages of the stream up to its features, over a history.
 *
 * <pre>
 * history ──▶ ingest ──▶ features ──▶ vectors
 * </pre>
 */
public final class HistoryJob {
    private final PipelineSpec spec;
    private final History events;
    private final @Nullable History labels;
    private final FeatureStage features;

    /**
     * What leaves the stages.
     *
     * @param vectors one for each accepted event; their timestamps are their event times
     * @param labels the accepted labels; null where no history of them was given
     * @param deadLetters what was refused
     * @param duplicates copies of events
     */
    public record Outcome(
            DataStream<FeatureVector> vectors,
            @Nullable DataStream<Event> labels,
            DataStream<DeadLetter> deadLetters,
            DataStream<Duplicate> duplicates) {}

    /**
     * A job that is not yet attached.
     *
     * @param labels null where there is no history of them
     * @throws CommandFailure where features are over labels and there are none
     */
    public HistoryJob(PipelineSpec spec, History events, @Nullable History labels) {
        this.spec = spec;
        this.events = events;
        this.labels = labels;
        this.features =
                FeatureStage.ofHistory(
                        FeatureConfig.from(
                                spec.features(), spec.entities(), spec.events(), spec.labels()),
                        events.ties());
        if (features.readsLabels() && labels == null) {
            throw CommandFailure.badInput(
                    "features of %s are over labels; --labels must name the files that hold them",
                    spec.features().view());
        }
    }

    /** Connects the stages. */
    public Outcome attach(StreamExecutionEnvironment env) {
        Ingested ingested =
                new IngestStage(IngestConfig.from(spec.events(), Order.EVENT_TIME))
                        .attach(read(events, spec.events().stream(), "events", env));
        Ingested known = labels(env);
        DataStream<Event> knownLabels = known == null ? null : known.events();
        Featured featured = features.attach(ingested.events(), knownLabels);
        DataStream<DeadLetter> deadLetters = ingested.deadLetters().union(featured.deadLetters());
        return new Outcome(
                featured.vectors(),
                knownLabels,
                known == null ? deadLetters : deadLetters.union(known.deadLetters()),
                ingested.duplicates());
    }

    private @Nullable Ingested labels(StreamExecutionEnvironment env) {
        LabelsSpec declared = spec.labels();
        if (declared == null || labels == null) {
            return null;
        }
        return new IngestStage(IngestConfig.from(declared, Order.EVENT_TIME))
                .attach(read(labels, declared.stream(), "labels", env));
    }

    private DataStream<Received> read(
            History history, StreamSpec stream, String name, StreamExecutionEnvironment env) {
        var topic = SourceConfig.from(spec.pipeline(), spec.kafka(), stream, name);
        DataStream<Received> received = history.attach(topic, env);
        return received.map(new CountFunction<Received>(Counts.READ + name))
                .returns(received.getType())
                .uid("count-" + name)
                .name("count " + name);
    }
}
