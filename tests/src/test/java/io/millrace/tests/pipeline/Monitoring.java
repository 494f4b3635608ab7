package io.millrace.tests.pipeline;

import io.millrace.spec.MonitorSpec;
import io.millrace.spec.MonitorSpec.AlertSpec;
import io.millrace.spec.MonitorSpec.Detector;
import io.millrace.spec.MonitorSpec.NumberDetector;
import io.millrace.spec.MonitorSpec.QualitySpec;
import io.millrace.spec.PipelineSpec;
import io.millrace.spec.RetrainSpec;
import java.time.Duration;
import java.util.List;

/** Pipelines that are monitored otherwise than their file says. */
final class Monitoring {
    private static final Duration DAY = Duration.ofDays(1);

    private Monitoring() {}

    /** By all that makes operators, day by day, where the slightest difference is drift. */
    static PipelineSpec everything(PipelineSpec spec) {
        return by(
                spec,
                new MonitorSpec(
                        DAY,
                        DAY,
                        null,
                        1_000,
                        null,
                        List.of(),
                        true,
                        new AlertSpec(100, 0.5, 0.01, 0.01, 0.01, 0.01, 2, 3, DAY),
                        List.of(NumberDetector.values()),
                        new QualitySpec(
                                Duration.ofDays(14), 5, 100, 50, List.of(Detector.values())),
                        null,
                        new RetrainSpec(
                                RetrainSpec.Severity.CRITICAL,
                                List.of(RetrainSpec.Source.DRIFT),
                                Duration.ofDays(10),
                                0.25,
                                Duration.ZERO)));
    }

    static PipelineSpec by(PipelineSpec spec, MonitorSpec monitor) {
        return new PipelineSpec(
                spec.pipeline(),
                spec.kafka(),
                spec.events(),
                spec.labels(),
                spec.entities(),
                spec.features(),
                spec.model(),
                spec.decision(),
                monitor,
                spec.output(),
                spec.checkpoint());
    }
}
