package io.millrace.jobs.parity;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.jobs.backfill.Counts;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.function.LongFunction;

/**
 * What a comparison has found.
 *
 * @param compared events that both sides have
 * @param equal those whose features are all equal to the bit
 * @param within those that are not, and lie within the tolerance
 * @param features how far each feature lies apart
 * @param differing the first events, by event time, that lie further apart than the tolerance
 * @param differingCount how many of these there are
 * @param loggedOnly events that only the scores have, by reason
 * @param computedOnly events that only the backfill has, by reason
 * @param warming the places of the features whose windows begin, of an event at a time, before what
 *     is left of the history
 */
public record ParityReport(
        long compared,
        long equal,
        long within,
        List<FeatureDistance> features,
        List<Difference> differing,
        long differingCount,
        Map<String, Long> loggedOnly,
        Map<String, Long> computedOnly,
        LongFunction<int[]> warming) {
    private static final int FIRST = 10;
    private static final JsonMapper JSON = new JsonMapper();

    private static final String NOT_IN_THE_HISTORY = "not in the history";
    private static final String NO_SCORE_YET = "no score yet";
    private static final String NO_SCORE = "no score";

    /**
     * How far the two sides of a feature lie apart.
     *
     * @param name the feature
     * @param differing in how many events it is not equal to the bit
     * @param greatest the greatest absolute difference; infinite where only one side is missing
     * @param median the median over all compared events
     * @param p99 their 99th percentile
     */
    public record FeatureDistance(
            String name, long differing, double greatest, double median, double p99) {}

    /** Whether no event lies further apart than the tolerance. */
    public boolean holds() {
        return differingCount == 0;
    }

    /** Reads the differences that a job has written; equal events are in the counts alone. */
    static ParityReport read(
            Path differences,
            List<String> features,
            ParityConfig config,
            Counts counts,
            LongFunction<int[]> warming)
            throws IOException {
        var distances = new ArrayList<Distances>();
        features.forEach(feature -> distances.add(new Distances()));
        // Of those kept, the latest goes first.
        var latestFirst =
                new PriorityQueue<Difference>(
                        Comparator.comparingLong(Difference::eventTimeMillis)
                                .thenComparing(Difference::eventId)
                                .reversed());
        var loggedOnly = new TreeMap<String, Long>();
        var computedOnly = new TreeMap<String, Long>();
        long differing = 0;
        long within = 0;
        try (BufferedReader lines = Files.newBufferedReader(differences)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Difference row = JSON.readValue(line, Difference.class);
                if (row.isLoggedOnly()) {
                    loggedOnly.merge(NOT_IN_THE_HISTORY, 1L, Long::sum);
                } else if (row.isComputedOnly()) {
                    computedOnly.merge(reason(row, config), 1L, Long::sum);
                } else {
                    for (int i = 0; i < features.size(); i++) {
                        distances.get(i).add(row.logged()[i], row.computed()[i]);
                    }
                    if (row.distance() <= config.tolerance()) {
                        within++;
                        continue;
                    }
                    differing++;
                    latestFirst.add(row);
                    if (latestFirst.size() > FIRST) {
                        latestFirst.remove();
                    }
                }
            }
        }
        long compared = counts.of(CompareFunction.COMPARED);
        var byFeature = new ArrayList<FeatureDistance>();
        for (int i = 0; i < features.size(); i++) {
            byFeature.add(distances.get(i).of(features.get(i), compared));
        }
        var first = new ArrayList<>(latestFirst);
        first.sort(
                Comparator.comparingLong(Difference::eventTimeMillis)
                        .thenComparing(Difference::eventId));
        return new ParityReport(
                compared,
                counts.of(CompareFunction.EQUAL),
                within,
                byFeature,
                first,
                differing,
                loggedOnly,
                computedOnly,
                warming);
    }

    private static String reason(Difference row, ParityConfig config) {
        if (!config.byCoordinates()) {
            return NO_SCORE;
        }
        String reason =
                config.refusals().reason(config.eventsTopic(), row.partition(), row.offset());
        return reason == null ? NO_SCORE_YET : reason;
    }

    /** All absolute differences of one feature that are not zero. */
    private static final class Distances {
        private double[] distances = new double[16];
        private int count;

        private void add(double logged, double computed) {
            double distance = Difference.distance(logged, computed);
            boolean differs = Double.doubleToLongBits(logged) != Double.doubleToLongBits(computed);
            if (differs) {
                if (count == distances.length) {
                    distances = Arrays.copyOf(distances, 2 * count);
                }
                distances[count++] = distance;
            }
        }

        private FeatureDistance of(String name, long compared) {
            Arrays.sort(distances, 0, count);
            return new FeatureDistance(
                    name,
                    count,
                    count == 0 ? 0 : distances[count - 1],
                    quantile(0.5, compared),
                    quantile(0.99, compared));
        }

        /** The nearest rank, with the zeros of the equal ones before the others. */
        private double quantile(double q, long compared) {
            long rank = (long) Math.ceil(q * compared) - 1 - (compared - count);
            return rank < 0 ? 0 : distances[(int) rank];
        }
    }
}
