package io.millrace.ingest;

import java.util.Map;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;

/** Remembers each counter by its path. */
final class Recording extends UnregisteredMetricsGroup {
    private final Map<String, Counter> counters;
    private final String path;

    Recording(Map<String, Counter> counters) {
        this(counters, "");
    }

    private Recording(Map<String, Counter> counters, String path) {
        this.counters = counters;
        this.path = path;
    }

    @Override
    public Counter counter(String name) {
        return counters.computeIfAbsent(path + name, p -> super.counter(name));
    }

    @Override
    public MetricGroup addGroup(String name) {
        return new Recording(counters, path + name + ".");
    }

    @Override
    public MetricGroup addGroup(String key, String value) {
        return new Recording(counters, path + key + "." + value + ".");
    }
}
