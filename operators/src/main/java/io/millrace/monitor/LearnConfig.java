package io.millrace.monitor;

import io.millrace.registry.RegistryAddress;
import io.millrace.spec.MonitorSpec;
import io.millrace.spec.PipelineSpec;
import java.io.Serializable;
import java.util.List;

/**
 * How reference profiles are made of what a pipeline scores.
 *
 * @param registry where they go, beside their models
 * @param watched what they are of
 * @param isSegmented whether each segment has a reference of its own
 * @param rows of how many rows a profile is made
 * @param slideMillis how often, in event time, it is tried
 */
public record LearnConfig(
        RegistryAddress registry,
        List<Watched> watched,
        boolean isSegmented,
        int rows,
        long slideMillis)
        implements Serializable {

    public LearnConfig {
        watched = List.copyOf(watched);
    }

    /** The settings of a pipeline that makes its profiles itself. */
    public static LearnConfig from(PipelineSpec spec, MonitorSpec monitor) {
        return new LearnConfig(
                spec.model().registry(),
                MonitorConfig.watched(spec.features().vector(), monitor),
                monitor.segment() != null,
                monitor.learnRows(),
                monitor.slide().toMillis());
    }
}
