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
 * @param minRows segments of fewer rows are not compared, and windows of fewer labels say nothing
 * @param alertWindows in how many windows of {@code alertOf} there must be a gap for an alert
 * @param alertOf of how many windows in a row, the current one among them
 */
public record QualityPlan(
        long windowMillis,
        long horizonMillis,
        int top,
        double costOfFalsePositive,
        double costOfFalseNegative,
        long minRows,
        int alertWindows,
        int alertOf)
        implements Serializable {}
