package io.millrace.record;

import java.util.List;

/**
 * How far one feature of a window, its scores, its decisions or its reconstruction errors differ
 * from the reference profile and from the window before.
 *
 * @param name the feature's name; {@code score}, {@code decision} and {@code reconstruction} of
 *     those
 * @param role what is compared
 * @param kind what its values are
 * @param status whether there was enough to compare with the reference
 * @param current the window's own figures
 * @param fromReference how far it is from the reference profile
 * @param fromPrevious how far it is from the window before
 * @param p the smallest p-value of its tests against the reference; NaN where none was made
 * @param q the same, adjusted for all tests of the window
 * @param causes in what it has drifted: significantly, and more than the pipeline lets pass; empty
 *     where it has not
 * @param bins the window's counts beside the reference's shares
 * @param contributors of reconstruction errors, the features that they are made of; empty of others
 */
public record FeatureDrift(
        String name,
        Role role,
        Kind kind,
        Status status,
        Summary current,
        Distances fromReference,
        Distances fromPrevious,
        double p,
        double q,
        List<Cause> causes,
        List<Bin> bins,
        List<Contributor> contributors) {

    public FeatureDrift {
        // What an older savepoint cannot know.
        contributors = contributors == null ? List.of() : contributors;
    }

    /** How far one differs that is not made of others. */
    public FeatureDrift(
            String name,
            Role role,
            Kind kind,
            Status status,
            Summary current,
            Distances fromReference,
            Distances fromPrevious,
            double p,
            double q,
            List<Cause> causes,
            List<Bin> bins) {
        this(
                name,
                role,
                kind,
                status,
                current,
                fromReference,
                fromPrevious,
                p,
                q,
                causes,
                bins,
                List.of());
    }

    /** What is compared. */
    public enum Role {
        FEATURE,
        SCORE,
        DECISION,
        /** How far all features together are from what the reference's have in common. */
        RECONSTRUCTION
    }

    /** What values are. */
    public enum Kind {
        NUMERIC,
        CATEGORICAL
    }

    /** Whether there was enough to compare. */
    public enum Status {
        COMPARED,
        /** No valid value in the window, or none in the reference. */
        INSUFFICIENT_DATA,
        /** The model version's reference profile does not have it. */
        NO_REFERENCE
    }

    /** In what a feature has drifted. The names are stable: alerts key on them. */
    public enum Cause {
        /** The distribution of its valid values. */
        DISTRIBUTION,
        /** Categories that the reference never had. */
        NEW_CATEGORIES,
        /** The share of its missing values. */
        MISSING
    }

    /**
     * A window's own figures of a feature.
     *
     * @param rows how many rows, without those whose value is warming: its window reaches back to
     *     before its history
     * @param missing how many of them have no valid value: missing, NaN or infinite
     * @param mean of the valid values; NaN where there is none, or they are categories
     * @param std the population's standard deviation
     * @param min the smallest
     * @param max the largest
     * @param belowReference how many are below the reference's smallest
     * @param aboveReference how many are above the reference's largest
     */
    public record Summary(
            long rows,
            long missing,
            double mean,
            double std,
            double min,
            double max,
            long belowReference,
            long aboveReference) {}

    /**
     * One bin.
     *
     * @param label the category, or where the bin ends; the last one of numbers ends at {@code inf}
     * @param count how many rows of the window
     * @param referenceShare of the reference's valid values
     * @param contribution what it adds to the PSI
     */
    public record Bin(String label, long count, double referenceShare, double contribution) {}

    /**
     * One of the features that reconstruction errors are made of.
     *
     * @param name the feature
     * @param share its share of the window's squared errors
     * @param referenceShare its share of those of the reference; NaN where the profile does not say
     */
    public record Contributor(String name, double share, double referenceShare) {}
}
