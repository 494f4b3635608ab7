package io.millrace.monitor;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * How far a series of one profile is from that of another, by what profiles keep: of numbers, off
 * by at most two fine bins, 1.6 %; of categories that neither counts one by one, those together.
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

    /** Over the categories whose share both know, and all others together. */
    private static double totalVariation(CategoryReference a, CategoryReference b) {
        Map<String, Double> shares = shares(a);
        Map<String, Double> otherShares = shares(b);
        var others = Set.copyOf(a.others());
        var otherOthers = Set.copyOf(b.others());
        var labels = new TreeSet<>(shares.keySet());
        labels.addAll(otherShares.keySet());
        double sum = 0;
        double rest = 1;
        double otherRest = 1;
        for (String label : labels) {
            double share = share(label, shares, a, others);
            double otherShare = share(label, otherShares, b, otherOthers);
            if (!Double.isNaN(share) && !Double.isNaN(otherShare)) {
                sum += Math.abs(share - otherShare);
                rest -= share;
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

    /** NaN where it is one of those that are only counted together, or may be. */
    private static double share(
            String label,
            Map<String, Double> shares,
            CategoryReference reference,
            Set<String> others) {
        Double share = shares.get(label);
        if (share != null) {
            return share;
        }
        KnownCategories known = reference.known();
        boolean isThere = known == null ? !reference.isComplete() : known.has(label);
        return others.contains(label) || isThere ? Double.NaN : 0;
    }
}
