package io.millrace.monitor;

import io.millrace.record.FeatureDrift.Kind;
import io.millrace.record.FeatureDrift.Role;
import io.millrace.registry.RegistryAddress;
import io.millrace.spec.FeaturesSpec.FeatureSpec;
import io.millrace.spec.MonitorSpec;
import io.millrace.spec.MonitorSpec.NumberDetector;
import io.millrace.spec.MonitorSpec.RollingSpec;
import io.millrace.spec.PipelineSpec;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The settings of what the monitor stage watches.
 *
 * @param registry where the reference profiles lie, beside their models
 * @param watched what is watched, in the order of reports
 * @param windowMillis how much event time a window covers
 * @param slideMillis from the start of one window to the next
 * @param retentionMillis how long after its end late rows still revise a window
 * @param rolling the windows before that are compared with; null where the reference profile is
 * @param rule when a window has drifted, and when that becomes an alert
 * @param scoreDetectors what watches scores and missing features row by row
 */
public record MonitorConfig(
        RegistryAddress registry,
        List<Watched> watched,
        long windowMillis,
        long slideMillis,
        long retentionMillis,
        @Nullable Rolling rolling,
        DriftRule rule,
        List<MonitorSpec.Detector> scoreDetectors)
        implements Serializable {

    public MonitorConfig {
        watched = List.copyOf(watched);
        scoreDetectors = List.copyOf(scoreDetectors);
    }

    /**
     * A reference that moves with the windows.
     *
     * @param rangeMillis how much event time it covers
     * @param gapMillis how much event time lies between its end and the window's beginning
     */
    public record Rolling(long rangeMillis, long gapMillis) implements Serializable {

        static @Nullable Rolling from(@Nullable RollingSpec spec) {
            return spec == null
                    ? null
                    : new Rolling(spec.range().toMillis(), spec.gap().toMillis());
        }

        /** How far before a window its reference begins. */
        long reachMillis() {
            return rangeMillis + gapMillis;
        }
    }

    /** The settings of what is watched by windows alone, and compared with the profile. */
    public MonitorConfig(
            RegistryAddress registry,
            List<Watched> watched,
            long windowMillis,
            long slideMillis,
            long retentionMillis,
            DriftRule rule) {
        this(registry, watched, windowMillis, slideMillis, retentionMillis, null, rule, List.of());
    }

    /** The settings of a pipeline that is monitored. */
    public static MonitorConfig from(PipelineSpec spec, MonitorSpec monitor) {
        return new MonitorConfig(
                spec.model().registry(),
                watched(spec.features().vector(), monitor),
                monitor.window().toMillis(),
                monitor.slide().toMillis(),
                spec.events().allowedLateness().toMillis(),
                Rolling.from(monitor.rolling()),
                DriftRule.from(monitor.alerts()),
                monitor.scoreDetectors().stream().map(NumberDetector::detector).toList());
    }

    /** What is watched of a pipeline's vectors; by default where it has no monitor. */
    static List<Watched> watched(List<FeatureSpec> vector, @Nullable MonitorSpec monitor) {
        List<String> categorical = monitor == null ? List.of() : monitor.categorical();
        var watched = new ArrayList<Watched>();
        for (FeatureSpec feature : vector) {
            Kind kind = categorical.contains(feature.name()) ? Kind.CATEGORICAL : Kind.NUMERIC;
            watched.add(new Watched(feature.name(), Role.FEATURE, kind, watched.size()));
        }
        watched.add(Watched.SCORE);
        watched.add(Watched.DECISION);
        if (monitor != null && monitor.reconstruction()) {
            watched.add(Watched.RECONSTRUCTION);
        }
        return watched;
    }
}
