package io.millrace.monitor;

import io.millrace.record.FeatureDrift.Kind;
import io.millrace.record.FeatureDrift.Role;
import java.io.Serializable;

/**
 * Something that is watched.
 *
 * @param name the feature's name; {@code score}, {@code decision} and {@code reconstruction} of
 *     those
 * @param place of a feature, its place in the vector
 */
public record Watched(String name, Role role, Kind kind, int place) implements Serializable {
    public static final Watched SCORE = new Watched("score", Role.SCORE, Kind.NUMERIC, -1);
    public static final Watched DECISION =
            new Watched("decision", Role.DECISION, Kind.CATEGORICAL, -1);

    /** The reconstruction errors of the features together. */
    public static final Watched RECONSTRUCTION =
            new Watched("reconstruction", Role.RECONSTRUCTION, Kind.NUMERIC, -1);
}
