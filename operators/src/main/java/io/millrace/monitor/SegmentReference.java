package io.millrace.monitor;

import java.util.List;

/**
 * What the rows of one segment were like: what its windows are compared with. A segment that has
 * always been different from the others has not drifted.
 *
 * @param segment its name, as scores have it
 * @param series as those of a profile
 * @param residuals as those of {@link PrincipalComponents}, of the segment's rows; empty where the
 *     profile has no components
 */
// A part of a profile, which is never compared.
@SuppressWarnings("ArrayRecordComponent")
record SegmentReference(String segment, List<FeatureReference> series, double[] residuals) {

    SegmentReference {
        series = List.copyOf(series);
    }
}
