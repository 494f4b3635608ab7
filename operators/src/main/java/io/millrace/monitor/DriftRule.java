package io.millrace.monitor;

import io.millrace.spec.MonitorSpec.AlertSpec;
import java.io.Serializable;

/**
 * When a window has drifted, and when that becomes an alert.
 *
 * @param minRows how many rows a window must have for an alert
 * @param alpha adjusted p-values below it are significant
 * @param ks the largest Kolmogorov-Smirnov distance of a number that is no drift
 * @param totalVariation the largest total variation distance of a category that is no drift
 * @param newCategories the largest share of rows of new categories that is no drift
 * @param missing the largest change of the share of missing values that is no drift
 * @param windows in how many windows of {@code of} a feature must have drifted
 * @param of of how many windows in a row, the current one among them
 * @param cooldownMillis how long after an incident the same features raise no new one, unless it is
 *     more severe
 */
public record DriftRule(
        int minRows,
        double alpha,
        double ks,
        double totalVariation,
        double newCategories,
        double missing,
        int windows,
        int of,
        long cooldownMillis)
        implements Serializable {

    static DriftRule from(AlertSpec alerts) {
        return new DriftRule(
                alerts.minRows(),
                alerts.alpha(),
                alerts.ks(),
                alerts.totalVariation(),
                alerts.newCategories(),
                alerts.missing(),
                alerts.windows(),
                alerts.of(),
                alerts.cooldown().toMillis());
    }
}
