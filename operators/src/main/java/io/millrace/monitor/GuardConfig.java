package io.millrace.monitor;

import io.millrace.spec.GuardSpec;
import io.millrace.spec.MonitorSpec;

/**
 * The settings of a guard.
 *
 * @param rules when it does what
 * @param costOfFalsePositive what it costs to decide what is not so; NaN where nothing says so
 * @param costOfFalseNegative what it costs not to decide what is so
 */
public record GuardConfig(GuardSpec rules, double costOfFalsePositive, double costOfFalseNegative) {

    /** The settings of a pipeline that is monitored and guarded. */
    public static GuardConfig from(MonitorSpec monitor, GuardSpec guard) {
        return new GuardConfig(
                guard,
                monitor.quality().costOfFalsePositive(),
                monitor.quality().costOfFalseNegative());
    }

    Judged.Costs costs() {
        return rules.by() == GuardSpec.Loss.COST
                ? new Judged.Costs(costOfFalsePositive, costOfFalseNegative)
                : Judged.Costs.ALIKE;
    }
}
