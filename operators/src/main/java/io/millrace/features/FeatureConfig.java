package io.millrace.features;

import io.millrace.spec.ColumnSpec;
import io.millrace.spec.EntitiesSpec;
import io.millrace.spec.EventsSpec;
import io.millrace.spec.FeaturesSpec;
import io.millrace.spec.LabelsSpec;
import io.millrace.spec.ModelName;
import io.millrace.spec.SegmentSpec;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The settings of the feature stage.
 *
 * @param order when an event is answered
 * @param allowedLatenessMillis how far behind the watermark an event is still answered, in arrival
 *     order
 * @param historyFromMillis since when the topics are complete, epoch milliseconds; null where
 *     nobody says so, or where the job goes on from a savepoint, which knows
 * @param disorderMillis how much later than a newer one a row may arrive without being late
 * @param entities the columns that identify each entity, by the entity's name, in declared order
 * @param eventColumns the columns of events
 * @param labelColumns the columns of labels; empty where the pipeline knows none
 * @param labelId the column of labels that holds the id of the labelled event; null where the
 *     pipeline knows none
 * @param vector the features as they are declared: internal ones are computed, and left out of what
 *     leaves the stage
 * @param segment by which monitoring also splits; null where it does not
 * @param model which model is to score a row, where that is for its columns to say
 */
public record FeatureConfig(
        FeaturesSpec.Order order,
        long allowedLatenessMillis,
        @Nullable Long historyFromMillis,
        long disorderMillis,
        Map<String, List<String>> entities,
        List<ColumnSpec> eventColumns,
        List<ColumnSpec> labelColumns,
        @Nullable String labelId,
        List<FeaturesSpec.FeatureSpec> vector,
        @Nullable SegmentSpec segment,
        ModelName model) {
    private static final ModelName ONE = ModelName.of("");

    public FeatureConfig {
        entities = Collections.unmodifiableMap(new LinkedHashMap<>(entities));
        eventColumns = List.copyOf(eventColumns);
        labelColumns = List.copyOf(labelColumns);
        vector = List.copyOf(vector);
    }

    /** A history that begins with its first row, and whose rows come in order. */
    public FeatureConfig(
            FeaturesSpec.Order order,
            long allowedLatenessMillis,
            Map<String, List<String>> entities,
            List<ColumnSpec> eventColumns,
            List<ColumnSpec> labelColumns,
            @Nullable String labelId,
            List<FeaturesSpec.FeatureSpec> vector) {
        this(
                order,
                allowedLatenessMillis,
                null,
                0,
                entities,
                eventColumns,
                labelColumns,
                labelId,
                vector,
                null,
                ONE);
    }

    public static FeatureConfig from(
            FeaturesSpec features,
            EntitiesSpec entities,
            EventsSpec events,
            @Nullable LabelsSpec labels) {
        return new FeatureConfig(
                features.order(),
                events.allowedLateness().toMillis(),
                features.historyFrom() == null ? null : features.historyFrom().toEpochMilli(),
                disorderMillis(events, labels),
                entities.columns(),
                events.stream().columns(),
                labels == null ? List.of() : labels.stream().columns(),
                labels == null ? null : labels.stream().id(),
                features.features(),
                null,
                ONE);
    }

    private static long disorderMillis(EventsSpec events, @Nullable LabelsSpec labels) {
        long ofEvents = events.stream().outOfOrderness().toMillis();
        return labels == null
                ? ofEvents
                : Math.max(ofEvents, labels.stream().outOfOrderness().toMillis());
    }

    /**
     * The same where {@link #historyFromMillis} does not hold any more. A job that goes on from a
     * savepoint has the history that the savepoint says; what is read again has lost its beginning.
     */
    public FeatureConfig goingOn() {
        return with(order, null, segment, model);
    }

    /** The same, whose vectors also carry what monitoring splits by. */
    public FeatureConfig segmentedBy(@Nullable SegmentSpec other) {
        return with(order, historyFromMillis, other, model);
    }

    /** The same, whose vectors also say which model is to score them. */
    public FeatureConfig scoredBy(ModelName other) {
        return with(order, historyFromMillis, segment, other);
    }

    /** The same features, answered in this order. */
    FeatureConfig in(FeaturesSpec.Order other) {
        return with(other, historyFromMillis, segment, model);
    }

    private FeatureConfig with(
            FeaturesSpec.Order otherOrder,
            @Nullable Long otherHistory,
            @Nullable SegmentSpec otherSegment,
            ModelName otherModel) {
        return new FeatureConfig(
                otherOrder,
                allowedLatenessMillis,
                otherHistory,
                disorderMillis,
                entities,
                eventColumns,
                labelColumns,
                labelId,
                vector,
                otherSegment,
                otherModel);
    }
}
