package io.millrace.jobs.backfill;

import io.millrace.features.FeatureConfig;
import io.millrace.features.FeatureStage;
import io.millrace.features.Featured;
import io.millrace.features.HistoryWarming;
import io.millrace.ingest.IngestConfig;
import io.millrace.ingest.IngestStage;
import io.millrace.ingest.Ingested;
import io.millrace.jobs.terminal.CommandFailure;
import io.millrace.record.DeadLetter;
import io.millrace.record.Duplicate;
import io.millrace.record.Event;
import io.millrace.record.FeatureVector;
import io.millrace.record.Received;
import io.millrace.source.EventTimeOrder;
import io.millrace.source.SourceConfig;
import io.millrace.spec.FeaturesSpec.Order;
import io.millrace.spec.LabelsSpec;
import io.millrace.spec.PipelineSpec;
import io.millrace.spec.StreamSpec;
import java.util.Set;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
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
    private final Set<String> excluded;
    private final boolean isWhole;
    private final FeatureStage features;

    /**
     * What leaves the stages.
     *
     * @param vectors one for each accepted event; their timestamps are their event times
     * @param events the accepted events
     * @param labels the accepted labels; null where no history of them was given
     */
    public record Outcome(
            DataStream<FeatureVector> vectors,
            DataStream<Event> events,
            @Nullable DataStream<Event> labels) {}

    /**
     * A job that is not yet attached.
     *
     * @param labels null where there is no history of them
     * @throws CommandFailure where features are over labels and there are none
     */
    public HistoryJob(PipelineSpec spec, History events, @Nullable History labels) {
        this(spec, events, labels, Set.of());
    }

    /**
     * The same without some records.
     *
     * @param excluded their {@linkplain Coordinates coordinates}
     */
    public HistoryJob(
            PipelineSpec spec, History events, @Nullable History labels, Set<String> excluded) {
        this.spec = spec;
        this.excluded = Set.copyOf(excluded);
        this.events = events;
        this.labels = labels;
        FeatureConfig config =
                FeatureConfig.from(spec.features(), spec.entities(), spec.events(), spec.labels())
                        .segmentedBy(spec.segment());
        this.isWhole = events.isWhole() && (labels == null || labels.isWhole());
        this.features = FeatureStage.ofHistory(isWhole ? config : config.goingOn(), events.ties());
        if (features.readsLabels() && labels == null) {
            throw CommandFailure.badInput(
                    "features of %s are over labels; --labels must name the files that hold them",
                    spec.features().view());
        }
    }

    /** Whether it is all that the streams ever held. */
    public boolean isWhole() {
        return isWhole;
    }

    /** Which features warm: windows of theirs begin before this history. */
    public HistoryWarming warming() {
        return features.warming();
    }

    /**
     * Connects the stages over rows in whatever order; what is refused, and copies, are counted.
     */
    public Outcome attach(StreamExecutionEnvironment env) {
        return attach(env, EventTimeOrder.SORTED);
    }

    /**
     * The same.
     *
     * @param order how rows come to be in event-time order
     */
    Outcome attach(StreamExecutionEnvironment env, EventTimeOrder order) {
        Ingested ingested =
                IngestStage.ofHistory(IngestConfig.from(spec.events(), Order.EVENT_TIME))
                        .attach(
                                order.attach(
                                        read(events, spec.events().stream(), "events", env),
                                        topic(spec.events().stream(), "events")));
        Ingested known = labels(env, order);
        DataStream<Event> knownLabels = known == null ? null : known.events();
        Featured featured = features.attach(ingested.events(), knownLabels);
        DataStream<DeadLetter> deadLetters = ingested.deadLetters().union(featured.deadLetters());
        count(
                known == null ? deadLetters : deadLetters.union(known.deadLetters()),
                ingested.duplicates());
        return new Outcome(featured.vectors(), ingested.events(), knownLabels);
    }

    private static void count(
            DataStream<DeadLetter> deadLetters, DataStream<Duplicate> duplicates) {
        deadLetters
                .map(new RefusalFunction())
                .returns(TypeInformation.of(DeadLetter.class))
                .uid("refusals")
                .name("refusals")
                .sinkTo(new DiscardingSink<>())
                .uid("refusals-end")
                .name("refusals end");
        duplicates
                .map(new CountFunction<Duplicate>(Counts.DUPLICATES))
                .returns(TypeInformation.of(Duplicate.class))
                .uid("duplicates")
                .name("duplicates")
                .sinkTo(new DiscardingSink<>())
                .uid("duplicates-end")
                .name("duplicates end");
    }

    private @Nullable Ingested labels(StreamExecutionEnvironment env, EventTimeOrder order) {
        LabelsSpec declared = spec.labels();
        if (declared == null || labels == null) {
            return null;
        }
        return IngestStage.ofHistory(IngestConfig.from(declared, Order.EVENT_TIME))
                .attach(
                        order.attach(
                                read(labels, declared.stream(), "labels", env),
                                topic(declared.stream(), "labels")));
    }

    private SourceConfig topic(StreamSpec stream, String name) {
        return SourceConfig.from(spec.pipeline(), spec.kafka(), stream, name);
    }

    private DataStream<Received> read(
            History history, StreamSpec stream, String name, StreamExecutionEnvironment env) {
        DataStream<Received> received = history.attach(topic(stream, name), env);
        if (!excluded.isEmpty()) {
            Set<String> without = excluded;
            received =
                    received.filter(each -> !without.contains(Coordinates.of(each.origin())))
                            .uid("without-" + name)
                            .name(name + ": without what was excluded");
        }
        return received.map(new CountFunction<Received>(Counts.READ + name))
                .returns(received.getType())
                .uid("count-" + name)
                .name("count " + name);
    }
}
