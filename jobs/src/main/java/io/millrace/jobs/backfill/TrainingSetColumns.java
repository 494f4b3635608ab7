package io.millrace.jobs.backfill;

import io.millrace.jobs.terminal.CommandFailure;
import io.millrace.spec.FeaturesSpec.FeatureSpec;
import io.millrace.spec.PipelineSpec;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * The columns of a training set: {@code event_id}, {@code event_time}, {@code entity}, {@code
 * segment} where the pipeline tells segments apart, each feature, {@code warming}, and {@code
 * label}, {@code label_time} where labels are read.
 *
 * @param features the features' names in the order that the model declares
 * @param segmented whether there is the column of the segment
 * @param labelled whether there are the columns of the label
 */
record TrainingSetColumns(List<String> features, boolean segmented, boolean labelled)
        implements Serializable {
    static final String EVENT_ID = "event_id";
    static final String EVENT_TIME = "event_time";
    static final String ENTITY = "entity";
    static final String SEGMENT = "segment";
    static final String WARMING = "warming";
    static final String LABEL = "label";
    static final String LABEL_TIME = "label_time";

    TrainingSetColumns {
        features = new ArrayList<>(features);
    }

    /**
     * Those of a pipeline.
     *
     * @throws CommandFailure where a feature has the name of another column
     */
    static TrainingSetColumns of(PipelineSpec spec, boolean labelled) {
        List<String> features = spec.features().vector().stream().map(FeatureSpec::name).toList();
        boolean segmented = spec.segment() != null;
        var others =
                new ArrayList<>(List.of(EVENT_ID, EVENT_TIME, ENTITY, WARMING, LABEL, LABEL_TIME));
        if (segmented) {
            others.add(SEGMENT);
        }
        for (String taken : others) {
            if (features.contains(taken)) {
                throw CommandFailure.badInput(
                        "a feature is named %s, as a column of its training set is; it must have"
                                + " another name",
                        taken);
            }
        }
        return new TrainingSetColumns(features, segmented, labelled);
    }

    /** All names in order. */
    List<String> names() {
        var names = new ArrayList<>(List.of(EVENT_ID, EVENT_TIME, ENTITY));
        if (segmented) {
            names.add(SEGMENT);
        }
        names.addAll(features);
        names.add(WARMING);
        if (labelled) {
            names.add(LABEL);
            names.add(LABEL_TIME);
        }
        return names;
    }
}
