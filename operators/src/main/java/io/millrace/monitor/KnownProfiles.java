package io.millrace.monitor;

import io.millrace.record.Score;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The reference profiles of scores, row by row. A version that has none yet is asked for again with
 * each window; of more than {@value #MOST} versions those of the last rows are held.
 */
final class KnownProfiles implements ScoreCalibrations {
    private static final long serialVersionUID = 1L;

    private static final int MOST = 1_024;

    private final ProfileSource profiles;
    private final long windowMillis;

    private transient @Nullable Map<VersionId, Known> known;

    /** Of the row before: most are of the same version. */
    private transient @Nullable Known last;

    /**
     * @param window the last one for which the source was asked
     * @param scores how scores lie among the reference's; null where it has none
     */
    private record Known(
            VersionId version,
            boolean isFinal,
            long window,
            @Nullable CalibrationCurve curve,
            @Nullable NormalScores scores) {

        static Known of(VersionId version, ProfileSource.Answer answer, long window) {
            ReferenceProfile profile = answer.profile();
            var calibration = profile == null ? null : profile.calibration();
            return new Known(
                    version,
                    answer.isFinal(),
                    window,
                    calibration == null ? null : new CalibrationCurve(calibration),
                    profile == null ? null : NormalScores.of(profile));
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

    /** How a score lies among the reference's of its version, or null where it has none. */
    @Nullable NormalScores scoresOf(Score score) {
        return known(score).scores;
    }

    @Override
    public @Nullable CalibrationCurve curveOf(Score score) {
        return known(score).curve;
    }

    private Known known(Score score) {
        Known of = last;
        if (of == null || !of.version.isOf(score)) {
            of = find(VersionId.of(score));
        }
        if (of == null || !of.isFinal) {
            long window = Math.floorDiv(score.eventTimeMillis(), windowMillis);
            if (of == null || window > of.window) {
                of = ask(VersionId.of(score), window);
            }
        }
        last = of;
        return of;
    }

    private @Nullable Known find(VersionId version) {
        return known == null ? null : known.get(version);
    }

    private Known ask(VersionId version, long window) {
        var asked = Known.of(version, profiles.of(version), window);
        if (known == null) {
            known = new Recent<>(MOST);
        }
        known.put(version, asked);
        return asked;
    }
}
