package io.millrace.features;

import io.millrace.spec.ColumnSpec;
import io.millrace.spec.EntitiesSpec;
import io.millrace.spec.EventsSpec;
import io.millrace.spec.FeaturesSpec;
import io.millrace.spec.LabelsSpec;
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
 * @param entities the columns that identify each entity, by the entity's name, in declared order
 * @param eventColumns the columns of events
 * @param labelColumns the columns of labels; empty where the pipeline knows none
 * @param vector the features in the order that the model declares
 */
public record FeatureConfig(
        FeaturesSpec.Order order,
        long allowedLatenessMillis,
        Map<String, List<String>> entities,
        List<ColumnSpec> eventColumns,
        List<ColumnSpec> labelColumns,
        List<FeaturesSpec.FeatureSpec> vector) {

    public FeatureConfig {
        entities = Collections.unmodifiableMap(new LinkedHashMap<>(entities));
        eventColumns = List.copyOf(eventColumns);
        labelColumns = List.copyOf(labelColumns);
        vector = List.copyOf(vector);
    }

    public static FeatureConfig from(
            FeaturesSpec features,
            EntitiesSpec entities,
            EventsSpec events,
            @Nullable LabelsSpec labels) {
        return new FeatureConfig(
                features.order(),
                events.allowedLateness().toMillis(),
                entities.columns(),
                events.stream().columns(),
                labels == null ? List.of() : labels.stream().columns(),
                features.vector());
    }
}
