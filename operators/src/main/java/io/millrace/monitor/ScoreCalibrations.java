package io.millrace.monitor;

import io.millrace.record.Score;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** Says how scores are calibrated, by the reference of the model version that said them. */
@FunctionalInterface
interface ScoreCalibrations extends Serializable {

    /** The calibration that holds for a score, or null where no reference has one. */
    @Nullable CalibrationCurve curveOf(Score score);

    /** The same, with a folder of this process for what it keeps. */
    default ScoreCalibrations in(String temporaryFolder) {
        return this;
    }
}
