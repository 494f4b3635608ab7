package io.millrace.features;

/**
 * Something that is known of the rows of a log, one after the other. It catches up with new rows
 * when it is asked, and goes back to where one was put in between or taken out.
 */
abstract class RowIndex {
    final RowLog log;

    /** The rows before this one are covered. */
    private int covered;

    RowIndex(RowLog log) {
        this.log = log;
        this.covered = log.first();
    }

    /** Notes that the rows from this one on are not what they were. */
    final void changed(int row) {
        covered = Math.min(covered, row);
    }

    final void catchUp() {
        int end = log.end();
        if (covered < end) {
            cover(covered, end);
            covered = end;
        }
    }

    /** How much of the heap it takes, roughly. */
    abstract long heapBytes();

    /** Covers rows {@code from} to {@code to - 1}; all before them are covered. */
    abstract void cover(int from, int to);
}
