package io.millrace.spec;

import io.millrace.spec.RetrainSpec.Severity;
import io.millrace.spec.RetrainSpec.Source;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Reads when an incident asks for a new model. */
final class RetrainReader {
    private final Section retrain;
    private final Set<Source> there;
    private final Reading reading;

    /**
     * @param hasLabels whether the pipeline has labels
     * @param hasDetectors whether it has detectors
     */
    RetrainReader(Section retrain, boolean hasLabels, boolean hasDetectors, Reading reading) {
        this.retrain = retrain;
        this.reading = reading;
        there = EnumSet.of(Source.DRIFT);
        if (hasLabels) {
            there.add(Source.QUALITY);
        }
        if (hasDetectors) {
            there.add(Source.DETECTOR);
        }
    }

    RetrainSpec read() {
        Severity severity = retrain.get("severity", Severity.class, Severity.WARNING);
        return new RetrainSpec(
                severity,
                sources(severity),
                retrain.duration("history"),
                holdOut(),
                retrain.duration("cooldown"));
    }

    private List<Source> sources(Severity severity) {
        var items = retrain.get("sources", ListShape.Items.class);
        if (items == null) {
            return List.copyOf(there);
        }
        List<Source> sources = new ArrayList<>();
        for (Located<Object> item : items.items()) {
            Located<Source> source = item.as(Source.class);
            String word = ScalarShape.word(source.value());
            if (sources.contains(source.value())) {
                reading.problem(
                        source, "is %s, as before; it must be another source".formatted(word));
            } else if (!there.contains(source.value())) {
                reading.problem(
                        source,
                        source.value() == Source.DETECTOR
                                ? "is detector, and there is none; there must be monitor.detectors"
                                : "is %s, which labels tell; the pipeline must have a section labels"
                                        .formatted(word));
            } else if (source.value() == Source.DETECTOR && severity == Severity.CRITICAL) {
                reading.problem(
                        source,
                        "is detector, whose incidents are warnings; severity must be warning");
            } else {
                sources.add(source.value());
            }
        }
        return sources;
    }

    private double holdOut() {
        Located<Double> written = retrain.locate("hold-out", Double.class);
        double share = retrain.get("hold-out", Double.class, 0.5);
        if (written != null && !(share >= 0 && share < 1)) {
            reading.problem(
                    written, "is %s; it must be at least 0 and less than 1".formatted(share));
        }
        return share;
    }
}
