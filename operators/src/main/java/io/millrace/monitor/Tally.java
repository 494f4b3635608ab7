package io.millrace.monitor;

import java.util.Arrays;

/**
 * QualityCounts in numbered cells, most of them 0.
 *
 * <p>QualityCounts are whole numbers that only add up, so a tally is the same however it is split,
 * merged and ordered.
 *
 * <p>A table with open addressing; a free slot's count is 0, and so may be a taken one's.
 */
final class Tally {
    private static final int FREE = -1;
    private static final int SMALLEST = 16;

    private int[] cells = new int[SMALLEST];
    private long[] counts = new long[SMALLEST];
    private int taken;

    Tally() {
        Arrays.fill(cells, FREE);
    }

    void add(int cell, long count) {
        if (count == 0) {
            return;
        }
        int slot = slot(cell);
        if (cells[slot] == FREE) {
            if (2 * (taken + 1) > cells.length) {
                grow();
                slot = slot(cell);
            }
            cells[slot] = cell;
            taken++;
        }
        counts[slot] += count;
    }

    void addAll(QualityCounts other) {
        for (int i = 0; i < other.cells().length; i++) {
            add(other.cells()[i], other.counts()[i]);
        }
    }

    long count(int cell) {
        return counts[slot(cell)];
    }

    /** All cells that are not 0, ascending. */
    QualityCounts counts() {
        int[] filled = new int[taken];
        int size = 0;
        for (int slot = 0; slot < cells.length; slot++) {
            if (counts[slot] != 0) {
                filled[size++] = cells[slot];
            }
        }
        filled = Arrays.copyOf(filled, size);
        Arrays.sort(filled);
        long[] theirs = new long[size];
        for (int i = 0; i < size; i++) {
            theirs[i] = count(filled[i]);
        }
        return new QualityCounts(filled, theirs);
    }

    private int slot(int cell) {
        int mask = cells.length - 1;
        int slot = ((cell * 0x9E3779B9) >>> 7) & mask;
        while (cells[slot] != cell && cells[slot] != FREE) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void grow() {
        int[] oldCells = cells;
        long[] oldCounts = counts;
        cells = new int[2 * oldCells.length];
        Arrays.fill(cells, FREE);
        counts = new long[cells.length];
        taken = 0;
        for (int i = 0; i < oldCells.length; i++) {
            if (oldCounts[i] != 0) {
                int slot = slot(oldCells[i]);
                cells[slot] = oldCells[i];
                counts[slot] = oldCounts[i];
                taken++;
            }
        }
    }
}
