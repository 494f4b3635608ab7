package io.millrace.jobs.reconcile;

/**
 * Neighbouring offsets.
 *
 * @param first the smallest
 * @param last the largest, part of the range
 */
public record OffsetRange(long first, long last) {

    @Override
    public String toString() {
        return first == last ? Long.toString(first) : first + "–" + last;
    }
}
