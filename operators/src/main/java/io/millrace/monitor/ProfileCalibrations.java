package io.millrace.monitor;

import io.millrace.record.Score;
import org.jspecify.annotations.Nullable;

/** The calibrations of reference profiles. */
final class ProfileCalibrations implements ScoreCalibrations {
    private static final long serialVersionUID = 1L;

    private final KnownProfiles profiles;

    ProfileCalibrations(KnownProfiles profiles) {
        this.profiles = profiles;
    }

    @Override
    public ProfileCalibrations in(String temporaryFolder) {
        return new ProfileCalibrations(profiles.in(temporaryFolder));
    }

    @Override
    public @Nullable CalibrationCurve of(Score score) {
        return profiles.curveOf(score);
    }
}
