package io.millrace.monitor;

import io.millrace.record.Score;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The reference profiles of scores, row by row. A version that has none yet is asked for again with
 * each window.
 */
final class KnownProfiles implements ScoreCalibrations {
    private static final long serialVersionUID = 1L;

    private final ProfileSource profiles;
    private final long windowMillis;

    private transient @Nullable Map<String, Known> byDigest;

    private record Known(
            ProfileSource.Answer answer, @Nullable CalibrationCurve curve, long window) {

        static Known of(ProfileSource.Answer answer, long window) {
            var profile = answer.profile();
            var calibration = profile == null ? null : profile.calibration();
            return new Known(
                    answer, calibration == null ? null : new CalibrationCurve(calibration), window);
        }
    }

    KnownProfiles(ProfileSource profiles, long windowMillis) {
        this.profiles = profiles;
        this.windowMillis = windowMillis;
    }

    @Override
    public KnownProfiles in(String temporaryFolder) {
        return new KnownProfiles(profiles.in(temporaryFolder), windowMillis);
    }

    /** The profile of the version that said a score, or null where it has none. */
    @Nullable ReferenceProfile of(Score score) {
        return known(score).answer.profile();
    }

    @Override
    public @Nullable CalibrationCurve curveOf(Score score) {
        return known(score).curve;
    }

    private Known known(Score score) {
        if (byDigest == null) {
            byDigest = new HashMap<>();
        }
        Known known = byDigest.get(score.modelDigest());
        if (known == null || !known.answer.isFinal()) {
            long window = Math.floorDiv(score.eventTimeMillis(), windowMillis);
            if (known == null || window > known.window) {
                known =
                        Known.of(
                                profiles.of(
                                        score.modelName(),
                                        score.modelVersion(),
                                        score.modelDigest()),
                                window);
                byDigest.put(score.modelDigest(), known);
            }
        }
        return known;
    }
}
