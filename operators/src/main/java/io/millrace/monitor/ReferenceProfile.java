package io.millrace.monitor;

import io.millrace.record.FeatureDrift.Role;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a model version's features, scores and decisions were like when it was trained: what every
 * window is compared with.
 *
 * <p>It is one JSON object, and its version is the digest of that object without the digest.
 *
 * @param model the registered model's name
 * @param version the model's version
 * @param digest of the profile, {@code sha256:} and 64 hexadecimal digits
 * @param series one for each feature, and perhaps for the score and the decision
 * @param calibration how likely a score was right; null where the profile was made without labels
 * @param components what features have in common; null where nobody asked, or they have nothing
 * @param segments those of which there are enough rows; others are compared with all rows
 */
public record ReferenceProfile(
        String model,
        String version,
        String digest,
        List<FeatureReference> series,
        @Nullable Calibration calibration,
        @Nullable PrincipalComponents components,
        List<SegmentReference> segments) {

    public ReferenceProfile {
        series = List.copyOf(series);
        segments = List.copyOf(segments);
    }

    static ReferenceProfile of(String model, String version, List<FeatureReference> series) {
        return of(model, version, series, null, null, List.of());
    }

    static ReferenceProfile of(
            String model,
            String version,
            List<FeatureReference> series,
            @Nullable Calibration calibration,
            @Nullable PrincipalComponents components,
            List<SegmentReference> segments) {
        var unsigned =
                new ReferenceProfile(model, version, "", series, calibration, components, segments);
        return new ReferenceProfile(
                model,
                version,
                ProfileJson.digest(unsigned),
                series,
                calibration,
                components,
                segments);
    }

    /** The same profile, of rows whose labels are known. */
    ReferenceProfile with(Calibration other) {
        return of(model, version, series, other, components, segments);
    }

    /** The profile as it is registered. */
    public byte[] json() {
        return ProfileJson.write(this);
    }

    /**
     * The profile that the bytes hold.
     *
     * @throws IllegalArgumentException with what they are and what they must be
     */
    public static ReferenceProfile read(byte[] json) {
        return ProfileJson.read(json);
    }

    /** How many components features have in common; 0 where nobody asked, or they have nothing. */
    public int componentsKept() {
        return components == null ? 0 : components.components().length;
    }

    /** The segments that have a reference of their own. */
    public List<String> segmentNames() {
        return segments.stream().map(SegmentReference::segment).toList();
    }

    /** The series that have no value in any row. */
    public List<String> empty() {
        return series.stream()
                .filter(reference -> reference.valid() == 0)
                .map(FeatureReference::name)
                .toList();
    }

    /** The series of a name and a role, or null where it has none. */
    @Nullable FeatureReference find(String name, Role role) {
        return FeatureReference.find(series, name, role);
    }
}
