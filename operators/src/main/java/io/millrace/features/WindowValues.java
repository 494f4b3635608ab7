package io.millrace.features;

import java.io.Serializable;

/**
 * What is known of the values of a column in one window of a log.
 *
 * <p>It follows its window from one question to the next, by the rows that enter and leave: as
 * events come in order, each row does both once. A question about an earlier time moves it back,
 * past as many rows as lie between.
 */
abstract class WindowValues {

    /**
     * Whose values they are.
     *
     * @param selection which rows count
     * @param delayMillis how far before an event the window ends
     */
    record Followed(
            int column, int selection, long windowMillis, long delayMillis, boolean excludesCurrent)
            implements Serializable {}

    private final RowLog log;
    private final int column;
    private final Selection selection;

    /** Rows {@code from} to {@code to - 1} are known. */
    private int from;

    private int to;

    WindowValues(Followed followed, RowLog log, Selection selection) {
        this.log = log;
        this.column = followed.column;
        this.selection = selection;
        this.from = log.first();
        this.to = from;
    }

    /** How much of the heap it takes, roughly. */
    abstract long heapBytes();

    /** Notes a row's value, as it sorts. */
    abstract void add(long ordered);

    /** Takes a value away that has been noted. */
    abstract void remove(long ordered);

    /** Notes that a row was put in, and all from there on have moved up. */
    final void inserted(int row) {
        if (row < from) {
            from++;
            to++;
        } else if (row < to) {
            to++;
            enter(row);
        }
    }

    /** Notes that a row is about to be taken out, and all behind it will move down. */
    final void removing(int row) {
        if (row < from) {
            from--;
            to--;
        } else if (row < to) {
            leave(row);
            to--;
        }
    }

    /** Knows these rows and no others. What was forgotten since is still there to be taken away. */
    final void moveTo(int nextFrom, int nextTo) {
        while (from > nextFrom) {
            from--;
            enter(from);
        }
        while (to < nextTo) {
            enter(to);
            to++;
        }
        while (from < nextFrom) {
            leave(from);
            from++;
        }
        while (to > nextTo) {
            to--;
            leave(to);
        }
    }

    /** Notes the values of all its rows again, after they have been let go. */
    final void enterAll() {
        for (int row = from; row < to; row++) {
            enter(row);
        }
    }

    private void enter(int row) {
        if (selection.counts(row)) {
            add(KeptNumber.ordered(log, column, row));
        }
    }

    private void leave(int row) {
        if (selection.counts(row)) {
            remove(KeptNumber.ordered(log, column, row));
        }
    }
}
