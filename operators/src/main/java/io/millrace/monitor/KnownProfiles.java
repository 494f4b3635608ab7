package io.millrace.monitor;

import io.millrace.record.Score;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The reference profiles of scores, row by row. A version that has none yet is asked for again with
 * each window; of more than {@value #MOST} versions those of the last rows are held.
 */
final class KnownProfiles implements ScoreCalibrations {
    private static final long serialVersionUID = 1L;

    private static final int MOST = 1_024;

    private final ProfileSource profiles;
    private final List<Watched> watched;
    private final long windowMillis;

    private transient @Nullable Recent<VersionId, Known> known;

    /** Of the row before: most are of the same version. */
    private transient @Nullable Known last;

    /**
     * @param window the last one for which the source was asked
     * @param scores how scores lie among the reference's; null where it has none
     * @param together what features are together; null where nobody asks, or the reference does not
     *     say
     * @param errors how far from that they lie, among the reference's; null likewise
     */
    private record Known(
            VersionId version,
            boolean isFinal,
            long window,
            @Nullable CalibrationCurve curve,
            @Nullable NormalScores scores,
            @Nullable Reconstruction together,
            @Nullable NormalScores errors) {

        static Known of(
                VersionId version,
                ProfileSource.Answer answer,
                List<Watched> watched,
                long window) {
            ReferenceProfile profile = answer.profile();
            var calibration = profile == null ? null : profile.calibration();
            Reconstruction together = CountLayout.reconstruction(watched, profile);
            return new Known(
                    version,
                    answer.isFinal(),
                    window,
                    calibration == null ? null : new CalibrationCurve(calibration),
                    profile == null ? null : NormalScores.of(Watched.SCORE, profile),
                    together,
                    profile == null || together == null
                            ? null
                            : NormalScores.of(Watched.RECONSTRUCTION, profile));
        }
    }

    /**
     * @param watched what is watched of the scores; empty where only their calibration is asked for
     */
    KnownProfiles(ProfileSource profiles, List<Watched> watched, long windowMillis) {
        this.profiles = profiles;
        this.watched = List.copyOf(watched);
        this.windowMillis = windowMillis;
    }

    @Override
    public KnownProfiles in(String temporaryFolder) {
        return new KnownProfiles(profiles.in(temporaryFolder), watched, windowMillis);
    }

    /** Whether a score's version has a profile; asked anew with each window as long as not. */
    boolean hasProfileOf(Score score) {
        return known(score).isFinal;
    }

    /** How a score lies among the reference's of its version, or null where it has none. */
    @Nullable NormalScores scoresOf(Score score) {
        return known(score).scores;
    }

    /**
     * How far a score's features lie from what they are together, among the reference's; NaN where
     * that is not watched, or the reference does not say.
     */
    double reconstructionOf(Score score) {
        Known of = known(score);
        return of.together == null || of.errors == null
                ? Double.NaN
                : of.errors.of(of.together.error(score.features()));
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
        var asked = Known.of(version, profiles.of(version), watched, window);
        if (known == null) {
            known = new Recent<>(MOST);
        }
        known.put(version, asked);
        return asked;
    }
}
