package io.millrace.monitor;

import io.millrace.record.Score;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The calibrations of reference profiles. A version that has none yet is asked for again with each
 * window.
 */
final class ProfileCalibrations implements ScoreCalibrations {
    private static final long serialVersionUID = 1L;

    private final ProfileSource profiles;
    private final long windowMillis;

    private transient @Nullable Map<String, Known> byDigest;

    private record Known(ProfileSource.Answer answer, long window) {}

    ProfileCalibrations(ProfileSource profiles, long windowMillis) {
        this.profiles = profiles;
        this.windowMillis = windowMillis;
    }

    @Override
    public ProfileCalibrations in(String temporaryFolder) {
        return new ProfileCalibrations(profiles.in(temporaryFolder), windowMillis);
    }

    @Override
    public @Nullable Calibration of(Score score) {
        if (byDigest == null) {
            byDigest = new HashMap<>();
        }
        Known known = byDigest.get(score.modelDigest());
        if (known == null || !known.answer.isFinal()) {
            long window = Math.floorDiv(score.eventTimeMillis(), windowMillis);
            if (known == null || window > known.window) {
                known =
                        new Known(
                                profiles.of(
                                        score.modelName(),
                                        score.modelVersion(),
                                        score.modelDigest()),
                                window);
                byDigest.put(score.modelDigest(), known);
            }
        }
        var profile = known.answer.profile();
        return profile == null ? null : profile.calibration();
    }
}
