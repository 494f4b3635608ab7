package io.millrace.monitor;

import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/**
 * Every metric of the monitor stage: one count per fate and input partition, which survives a
 * restart.
 */
final class MonitorMetrics {
    private final MetricGroup group;
    private final String name;

    MonitorMetrics(MetricGroup group, Fate fate) {
        this.group = group.addGroup("monitor");
        this.name =
                switch (fate) {
                    case RECEIVED -> "received";
                    case SCORED -> "scored";
                    case DEAD_LETTERED -> "deadLettered";
                    case DUPLICATE -> "duplicate";
                };
    }

    /** Shows a partition's count from now on. Its series are as many as the input's partitions. */
    void opened(Ledger.Account account) {
        group.addGroup("topic", account.topic())
                .addGroup("partition", String.valueOf(account.partition()))
                .gauge(name, (Gauge<Long>) account::records);
    }
}
