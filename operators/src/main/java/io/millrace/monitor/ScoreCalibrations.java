package io.millrace.monitor;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** Says how a model version's scores are calibrated, by its reference. */
@FunctionalInterface
interface ScoreCalibrations extends Serializable {

    /** The version's calibration, or null where no reference has one; always the same. */
    @Nullable Calibration of(String modelName, String modelVersion);
}
