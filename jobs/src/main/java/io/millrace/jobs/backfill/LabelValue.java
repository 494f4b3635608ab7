package io.millrace.jobs.backfill;

import org.apache.flink.table.data.DecimalData;

/** A label's value as a number. */
final class LabelValue {
    private LabelValue() {}

    /** 1 or 0 for true or false; a number as it is. */
    static double of(Object value) {
        if (value instanceof Boolean truth) {
            return truth ? 1 : 0;
        }
        return value instanceof DecimalData decimal
                ? decimal.toBigDecimal().doubleValue()
                : ((Number) value).doubleValue();
    }
}
