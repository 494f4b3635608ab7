package io.millrace.monitor;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How far a series of one profile is from that of another, by what profiles keep: a difference of
 * shares that is off by at most two fine bins, 1.6 %.
 *
 * @param name the feature's; {@code score}, {@code decision} and {@code reconstruction} of those
 * @param measure {@code ks} of numbers, {@code total_variation} of categories
 * @param value 0 to 1
 */
public record ProfileDifference(String name, String measure, double value) {

    /** Those of the series that both have values of, the largest first. */
    public static List<ProfileDifference> between(ReferenceProfile one, ReferenceProfile other) {
        var differences = new ArrayList<ProfileDifference>();
        for (FeatureReference series : one.series()) {
            FeatureReference same = other.find(series.name(), series.role());
            if (same == null || series.valid() == 0 || same.valid() == 0) {
                continue;
            }
            if (series instanceof NumericReference a && same instanceof NumericReference b) {
                differences.add(new ProfileDifference(series.name(), "ks", ks(a, b)));
            } else if (series instanceof CategoryReference a
                    && same instanceof CategoryReference b) {
                differences.add(
                        new ProfileDifference(
                                series.name(), "total_variation", totalVariation(a, b)));
            }
        }
        differences.sort(
                Comparator.comparingDouble(ProfileDifference::value)
                        .reversed()
                        .thenComparing(ProfileDifference::name));
        return differences;
    }

    private static double ks(NumericReference a, NumericReference b) {
        return Steps.of(a.points(), a.counts()).largestDifference(Steps.of(b.points(), b.counts()));
    }

    /** Over the categories that both count one by one, and all others together. */
    private static double totalVariation(CategoryReference a, CategoryReference b) {
        Map<String, Double> shares = shares(a);
        Map<String, Double> otherShares = shares(b);
        double sum = 0;
        double rest = 1;
        double otherRest = 1;
        for (var share : shares.entrySet()) {
            Double otherShare = otherShares.get(share.getKey());
            if (otherShare != null) {
                sum += Math.abs(share.getValue() - otherShare);
                rest -= share.getValue();
                otherRest -= otherShare;
            }
        }
        return (sum + Math.abs(rest - otherRest)) / 2;
    }

    private static Map<String, Double> shares(CategoryReference reference) {
        Map<String, Double> shares = new HashMap<>();
        for (int i = 0; i < reference.counts().length; i++) {
            shares.put(reference.top().get(i), (double) reference.counts()[i] / reference.valid());
        }
        return shares;
    }
}
