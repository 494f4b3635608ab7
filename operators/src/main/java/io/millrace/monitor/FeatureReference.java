package io.millrace.monitor;

import io.millrace.record.FeatureDrift.Role;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One series of a reference profile: a feature's, the scores', the decisions'. */
sealed interface FeatureReference permits NumericReference, CategoryReference {

    /** The feature's name; {@code score} and {@code decision} of those two. */
    String name();

    Role role();

    /** How many rows the reference has. */
    long rows();

    /** How many of them have no valid value. */
    long missing();

    /** How many have one. */
    default long valid() {
        return rows() - missing();
    }

    /** The one of a name and a role, or null where there is none. */
    static @Nullable FeatureReference find(List<FeatureReference> series, String name, Role role) {
        for (FeatureReference one : series) {
            if (one.name().equals(name) && one.role() == role) {
                return one;
            }
        }
        return null;
    }
}
