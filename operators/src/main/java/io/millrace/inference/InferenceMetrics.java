package io.millrace.inference;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;
import org.apache.flink.runtime.metrics.groups.AbstractMetricGroup;
import org.jspecify.annotations.Nullable;

/** Every metric of the inference stage. */
final class InferenceMetrics {
    private static final int WINDOW_BATCHES = 1_000;

    private final MetricGroup stage;
    private final Counter fallbacks;
    private final Counter lateAnnouncements;
    private final Counter unknownModels;
    private final Map<String, OfVersion> many = new HashMap<>();

    InferenceMetrics(MetricGroup group) {
        stage = group.addGroup(InferenceStage.NAME);
        fallbacks = stage.counter("fallbacks");
        lateAnnouncements = stage.counter("lateAnnouncements");
        unknownModels = stage.counter("unknownModels");
    }

    /** A row was answered by another version than the one that should have, or by the constant. */
    void fellBack() {
        fallbacks.inc();
    }

    /** A version was announced for a time from which rows had been scored already. */
    void announcedLate() {
        lateAnnouncements.inc();
    }

    /** A row named a model that is not known. */
    void unknownModel() {
        unknownModels.inc();
    }

    /** Shows what this process holds, where a job has many models. */
    void hosts(ModelShelf shelf) {
        stage.gauge("hostedModels", shelf::models);
        stage.gauge("hostedBytes", shelf::heldBytes);
        stage.gauge("modelLoads", shelf::loads);
        stage.gauge("modelEvictions", shelf::evictions);
    }

    /** Shows how many rows wait until their model is loaded. */
    void waits(IntSupplier rows) {
        stage.gauge("waitingRows", rows::getAsInt);
    }

    /**
     * The metrics of many models together: one by one, their labels would have no bound.
     *
     * @param part what they score for, as of a version
     * @param name what they are called together
     */
    OfVersion ofMany(String part, String name) {
        return many.computeIfAbsent(
                part, absent -> new OfVersion(stage.addGroup(part, name), true));
    }

    /**
     * The metrics of a version, until they are closed.
     *
     * @param part what it scores for: {@code model}, {@code challenger} or {@code shadow}
     * @param version {@code name/version}
     */
    OfVersion of(String part, String version, ModelHost.Lease lease) {
        var metrics = new OfVersion(stage.addGroup(part, version), false);
        metrics.shows(lease);
        return metrics;
    }

    /** What is compared of a shadow, shown beside its other metrics. */
    static final class Comparison {
        private final Counter compared;
        private final Counter otherDecisions;
        private final Counter skipped;
        private double differences;
        private double absoluteDifferences;

        private Comparison(MetricGroup group) {
            compared = group.counter("compared");
            otherDecisions = group.counter("otherDecisions");
            skipped = group.counter("skipped");
            group.gauge("meanDifference", () -> differences / compared.getCount());
            group.gauge("meanAbsoluteDifference", () -> absoluteDifferences / compared.getCount());
        }

        /** Both have scored a row. */
        void compared(double difference, boolean isOtherDecision) {
            compared.inc();
            differences += difference;
            absoluteDifferences += Math.abs(difference);
            if (isOtherDecision) {
                otherDecisions.inc();
            }
        }

        /** The shadow was too slow for so many rows. */
        void skipped(int rows) {
            skipped.inc(rows);
        }
    }

    /** What is measured of each version. */
    static final class OfVersion implements AutoCloseable {
        private final MetricGroup group;
        private final Counter scored;
        private final Counter refused;
        private final Map<Release, Counter> batches = new EnumMap<>(Release.class);
        private final Histogram batchRows;
        private final Histogram waitMillis;
        private final Histogram runMicros;

        private final boolean isOfMany;
        private @Nullable Comparison comparison;

        private OfVersion(MetricGroup group, boolean isOfMany) {
            this.group = group;
            this.isOfMany = isOfMany;
            scored = group.counter("scored");
            refused = group.counter("refused");
            for (Release release : Release.values()) {
                batches.put(release, group.addGroup("release", release.name()).counter("batches"));
            }
            batchRows = histogram("batchRows");
            waitMillis = histogram("waitMillis");
            runMicros = histogram("runMicros");
        }

        private void shows(ModelHost.Lease lease) {
            long loadMillis = lease.loadMillis();
            group.gauge("loadMillis", () -> loadMillis);
            boolean isOnGpu = !lease.model().device().equals(OnnxRuntime.PROCESSOR);
            group.gauge("onGpu", () -> isOnGpu ? 1 : 0);
            long bytes = lease.bytes();
            group.gauge("modelBytes", () -> bytes);
        }

        private Histogram histogram(String name) {
            return group.histogram(name, new DescriptiveStatisticsHistogram(WINDOW_BATCHES));
        }

        /** Shows how the version compares with the one that answers. */
        Comparison comparison() {
            if (comparison == null) {
                comparison = new Comparison(group);
            }
            return comparison;
        }

        /** Shows whether the version is spared, since it does not answer. */
        void spares(BooleanSupplier isSpared) {
            if (isOfMany) {
                return;
            }
            group.gauge("spared", () -> isSpared.getAsBoolean() ? 1 : 0);
        }

        /** Shows how batches are tuned. */
        void tunes(IntSupplier rows, LongSupplier waitMillis) {
            if (isOfMany) {
                return;
            }
            group.gauge("tunedRows", rows::getAsInt);
            group.gauge("tunedWaitMillis", waitMillis::getAsLong);
        }

        void scored() {
            scored.inc();
        }

        void refused() {
            refused.inc();
        }

        /**
         * A batch was released.
         *
         * @param firstRowWaitedMillis how long its first row had waited
         */
        void released(Release reason, int rows, long firstRowWaitedMillis) {
            Objects.requireNonNull(batches.get(reason)).inc();
            batchRows.update(rows);
            waitMillis.update(firstRowWaitedMillis);
        }

        void ran(long nanos) {
            runMicros.update(nanos / 1_000);
        }

        /** Takes the metrics back, so that versions that come and go do not pile up. */
        @Override
        public void close() {
            if (!isOfMany && group instanceof AbstractMetricGroup<?> registered) {
                registered.close();
            }
        }
    }
}
