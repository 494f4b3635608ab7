package io.millrace.record;

import java.util.List;

/**
 * How far one window of a model version's scores, and of what they were made from, differs from the
 * version's reference profile and from the window before.
 *
 * @param windowStartMillis the window's first event time, epoch milliseconds
 * @param windowEndMillis the first event time after it
 * @param revision 0 of the first report of the window; late rows make further ones
 * @param modelName the registered model's name
 * @param modelVersion its version
 * @param segment the value by which it was told apart; empty for all rows
 * @param rows how many scores the window has
 * @param reference what it was compared with
 * @param status whether there was a reference profile
 * @param detail what is missing, for people; empty where nothing is
 * @param part which part of the report this is, from 0 on: one of many features comes in several
 * @param parts how many parts it has
 * @param features one entry for each feature, the score and the decision
 * @param eventIds the ids of a few of the window's events, whichever they are
 */
public record DriftReport(
        long windowStartMillis,
        long windowEndMillis,
        int revision,
        String modelName,
        String modelVersion,
        String segment,
        long rows,
        Reference reference,
        Status status,
        String detail,
        int part,
        int parts,
        List<FeatureDrift> features,
        List<String> eventIds) {

    public DriftReport {
        // What an older savepoint cannot know.
        reference = reference == null ? Reference.NONE : reference;
        eventIds = eventIds == null ? List.of() : eventIds;
    }

    /** Whether there was something to compare with. */
    public enum Status {
        COMPARED,
        /** The model version has no reference profile, or none that fits; detail says which. */
        NO_REFERENCE
    }

    /** A part of this report, with some of its features. */
    public DriftReport part(int index, int count, int fromFeature, int toFeature) {
        return new DriftReport(
                windowStartMillis,
                windowEndMillis,
                revision,
                modelName,
                modelVersion,
                segment,
                rows,
                reference,
                status,
                detail,
                index,
                count,
                List.copyOf(features.subList(fromFeature, toFeature)),
                eventIds);
    }
}
