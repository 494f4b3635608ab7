package io.millrace.monitor;

import java.util.Arrays;

/**
 * What a {@link Tally} has counted, at rest. Public because Flink keeps it as state and sends it.
 *
 * @param cells the cells that are not 0, ascending
 * @param counts theirs, in the same order
 */
// Counts are compared in tests only, recursively.
@SuppressWarnings("ArrayRecordComponent")
public record QualityCounts(int[] cells, long[] counts) {

    /** Both together. */
    QualityCounts plus(QualityCounts other) {
        int[] sumCells = new int[cells.length + other.cells.length];
        long[] sums = new long[sumCells.length];
        int size = 0;
        int i = 0;
        int j = 0;
        while (i < cells.length || j < other.cells.length) {
            int mine = i < cells.length ? cells[i] : Integer.MAX_VALUE;
            int theirs = j < other.cells.length ? other.cells[j] : Integer.MAX_VALUE;
            sumCells[size] = Math.min(mine, theirs);
            sums[size] =
                    (mine <= theirs ? counts[i++] : 0) + (theirs <= mine ? other.counts[j++] : 0);
            if (sums[size] != 0) {
                size++;
            }
        }
        return new QualityCounts(Arrays.copyOf(sumCells, size), Arrays.copyOf(sums, size));
    }
}
