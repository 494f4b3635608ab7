package io.millrace.features;

import io.millrace.record.BufferTimeout;
import io.millrace.record.DeadLetter;
import io.millrace.record.Event;
import io.millrace.record.FeatureVector;
import io.millrace.record.Partitions;
import io.millrace.spec.FeaturesSpec;
import io.millrace.spec.SegmentSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.jspecify.annotations.Nullable;

/**
 * Events in, feature vectors out.
 *
 * <p>Expressions are computed first, chained to whatever comes before. Then follows one keyed step
 * for each entity that has windows; between the steps flows the event with the part of its vector
 * that is known. Labels join before the first step that reads them and travel on with the events,
 * so that a label too late is refused once, whatever the number of steps.
 */
public final class FeatureStage {
    /** What dead letters of this stage are marked with. */
    static final String STAGE = "features";

    /** The uid of the expressions' operator. */
    public static final String EXPRESSIONS_UID = "features-expressions";

    /** The uid of the operator through which labels join. */
    public static final String LABELS_UID = "features-labels";

    /** The uid of an entity's step is this and the entity's name. */
    public static final String ENTITY_UID_PREFIX = "features-";

    private final FeatureConfig config;
    private final FeaturePlan plan;

    /** How rows of one instant follow each other in a history; null in a stream. */
    private final @Nullable Ties history;

    /**
     * A stage that is not yet attached.
     *
     * @throws IllegalArgumentException where a feature asks for what the columns or the entities do
     *     not have
     */
    public FeatureStage(FeatureConfig config) {
        this(config, null);
    }

    private FeatureStage(FeatureConfig config, @Nullable Ties history) {
        this.config = config;
        this.plan = FeaturePlan.of(config);
        this.history = history;
    }

    /**
     * The same stage for a history that comes in event-time order, with watermarks that no row is
     * behind: it answers in that order. It keeps nothing in Flink's state, so it must not fail
     * over; on the heap are the pasts that a stream would have in its state.
     *
     * @throws IllegalArgumentException as the constructor does
     */
    public static FeatureStage ofHistory(FeatureConfig config, Ties ties) {
        return new FeatureStage(config.in(FeaturesSpec.Order.EVENT_TIME), ties);
    }

    /** Whether any window is over labels, so that {@link #attach} needs them. */
    public boolean readsLabels() {
        return plan.firstLabelStep() < plan.steps().size();
    }

    /** Which features warm in a history, of which this stage's vectors say nothing. */
    public HistoryWarming warming() {
        return new HistoryWarming(
                new HistoryPlan(
                        plan.steps().stream()
                                .flatMap(step -> step.history().reaches().stream())
                                .toList(),
                        config.historyFromMillis(),
                        config.disorderMillis()),
                plan.lateness(),
                new DerivedFeatures(plan.derived(), config.vector(), config.eventColumns()),
                ModelSlots.of(config.vector()));
    }

    /**
     * Computes a vector for each event.
     *
     * @param labels the labels; may be null where no window {@linkplain #readsLabels reads} them
     */
    public Featured attach(DataStream<Event> events, @Nullable DataStream<Event> labels) {
        var vectorType = TypeInformation.of(FeatureVector.class);
        var refusals = new ArrayList<DataStream<DeadLetter>>();
        if (plan.steps().isEmpty()) {
            var vectors = inTask(expressions(events, toVector(), vectorType));
            return new Featured(vectors, vectors.getSideOutput(DeadLetter.TAG));
        }
        var rowType = new PartialTypeInfo(PartialLayout.of(config));
        var expressed = expressions(events, new Exit.ToStep(false), rowType);
        refusals.add(expressed.getSideOutput(DeadLetter.TAG));
        DataStream<Partial> rows = expressed;
        int last = plan.steps().size() - 1;
        for (int step = 0; step < last; step++) {
            var exit = new Exit.ToStep(step >= plan.firstLabelStep());
            var stepped = step(step, rows, joining(step, labels, rowType, refusals), exit, rowType);
            refusals.add(stepped.getSideOutput(DeadLetter.TAG));
            rows = stepped;
        }
        var vectors =
                inTask(
                        step(
                                last,
                                rows,
                                joining(last, labels, rowType, refusals),
                                toVector(),
                                vectorType));
        refusals.add(vectors.getSideOutput(DeadLetter.TAG));
        return new Featured(vectors, union(refusals));
    }

    /** Vectors are scored where they are made. */
    private SingleOutputStreamOperator<FeatureVector> inTask(
            SingleOutputStreamOperator<FeatureVector> vectors) {
        return BufferTimeout.relaxed(vectors, history != null);
    }

    private <T> SingleOutputStreamOperator<T> expressions(
            DataStream<Event> events, Exit<T> exit, TypeInformation<T> type) {
        return events.process(
                        new ExpressionFunction<>(
                                plan.width(),
                                expressions(),
                                plan.requiredOfEvents(),
                                exit,
                                KnownSteps.of(plan, config)))
                .returns(type)
                .uid(EXPRESSIONS_UID)
                .name("features: expressions");
    }

    /** The labels that join before a step; null where it is not the first that reads them. */
    private @Nullable DataStream<Partial> joining(
            int step,
            @Nullable DataStream<Event> labels,
            TypeInformation<Partial> type,
            List<DataStream<DeadLetter>> refusals) {
        if (step != plan.firstLabelStep()) {
            return null;
        }
        var joining =
                Objects.requireNonNull(labels, "a window is over labels; there must be labels")
                        .process(new LabelFunction(plan.requiredOfLabels()))
                        .returns(type)
                        .uid(LABELS_UID)
                        .name("features: labels");
        refusals.add(joining.getSideOutput(DeadLetter.TAG));
        return joining;
    }

    private <T> SingleOutputStreamOperator<T> step(
            int index,
            DataStream<Partial> rows,
            @Nullable DataStream<Partial> joining,
            Exit<T> exit,
            TypeInformation<T> type) {
        var step = plan.steps().get(index);
        var answered =
                history == null
                        ? streamed(step, joining == null ? rows : rows.union(joining), exit, type)
                        : ofHistory(step, rows, joining, exit, type);
        return answered.uid(ENTITY_UID_PREFIX + step.entity()).name("features: " + step.entity());
    }

    private <T> SingleOutputStreamOperator<T> streamed(
            FeaturePlan.EntityStep step,
            DataStream<Partial> rows,
            Exit<T> exit,
            TypeInformation<T> type) {
        var waiting = new WaitingRows(PartialLayout.of(config), expressions(), step.slots());
        var function =
                new EntityFunction<>(
                        step.windows(), step.history(), plan.lateness(), exit, waiting);
        return rows.keyBy(new EntitySelector(step), keyType(step))
                .transform(step.entity(), type, new EntityOperator<>(function));
    }

    private <T> SingleOutputStreamOperator<T> ofHistory(
            FeaturePlan.EntityStep step,
            DataStream<Partial> rows,
            @Nullable DataStream<Partial> joining,
            Exit<T> exit,
            TypeInformation<T> type) {
        var ties = Objects.requireNonNull(history);
        var selector = new EntitySelector(step);
        var events = Partitions.of(rows, selector, keyType(step));
        return joining == null
                ? events.transform(
                        step.entity(), type, new HistoryOperator.OneWay<>(step, exit, ties))
                : events.connect(Partitions.of(joining, selector, keyType(step)))
                        .transform(
                                step.entity(),
                                type,
                                new HistoryOperator.Joining<>(step, exit, ties));
    }

    /**
     * An entity is a {@code Long} or a {@code String}; which of them is not known to the compiler.
     */
    @SuppressWarnings("unchecked")
    static TypeInformation<Object> keyType(FeaturePlan.EntityStep step) {
        TypeInformation<?> type = step.eventColumn().isNumber() ? Types.LONG : Types.STRING;
        return (TypeInformation<Object>) type;
    }

    private Exit<FeatureVector> toVector() {
        var first = config.entities().values().stream().findFirst();
        return Exit.ToVector.of(
                plan,
                config,
                first.map(columns -> EntityColumn.of(columns, config.eventColumns()).text())
                        .orElse(EntityColumn.Text.NONE),
                segment());
    }

    private EntityColumn.Text segment() {
        SegmentSpec segment = config.segment();
        if (segment == null) {
            return EntityColumn.Text.NONE;
        }
        var text = EntityColumn.of(segment.column(), config.eventColumns()).text();
        return row -> segment.of(text.read(row));
    }

    private Expressions expressions() {
        return new Expressions(plan, config.eventColumns());
    }

    @SuppressWarnings("unchecked") // A generic array for the variadic union.
    private static DataStream<DeadLetter> union(List<DataStream<DeadLetter>> streams) {
        return streams.get(0).union(streams.subList(1, streams.size()).toArray(DataStream[]::new));
    }
}
