package io.millrace.monitor;

import java.io.Serializable;

/**
 * How quality is counted.
 *
 * @param windowMillis how much event time a window covers
 * @param horizonMillis how long after its event a label counts
 * @param top of how many rows the precision at the top is
 * @param costOfFalsePositive what it costs to decide what is not so; NaN where nothing says so
 * @param costOfFalseNegative what it costs not to decide what is so
 * @param minRows segments of fewer rows are not compared
 */
public record QualityPlan(
        long windowMillis,
        long horizonMillis,
        int top,
        double costOfFalsePositive,
        double costOfFalseNegative,
        long minRows)
        implements Serializable {}
