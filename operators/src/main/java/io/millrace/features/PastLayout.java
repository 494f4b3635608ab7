package io.millrace.features;

import java.io.Serializable;
import java.util.List;

/**
 * What an {@link EntityPast} keeps. Two pasts of equal layouts mean the same; a past of another
 * layout is adopted: what both know is kept, what only it knows is dropped, and what it does not
 * know is absent from its rows: NaN where it is floating-point, 0 otherwise.
 *
 * @param logs the kept logs, in order
 */
record PastLayout(List<LogLayout> logs) implements Serializable {
    private static final int ABSENT = -1;

    PastLayout {
        logs = List.copyOf(logs);
    }

    EntityPast nothing() {
        var empty = new RowLog[logs.size()];
        for (int i = 0; i < empty.length; i++) {
            empty[i] = new RowLog(logs.get(i).floating());
        }
        return new EntityPast(this, empty);
    }

    /** The past itself where it has this layout; otherwise a new one with what both know. */
    @SuppressWarnings("ReferenceEquality") // Asked for each row; what is equal is merely copied.
    EntityPast adopt(EntityPast past) {
        if (past.layout() == this) {
            return past;
        }
        var adopted = new RowLog[logs.size()];
        for (int i = 0; i < adopted.length; i++) {
            LogLayout log = logs.get(i);
            int from = past.layout().indexOf(log.stream());
            adopted[i] =
                    from == ABSENT
                            ? new RowLog(log.floating())
                            : log.adopt(past.log(from), past.layout().logs().get(from));
        }
        var copy = new EntityPast(this, adopted);
        copy.expiresAt(past.expiryMillis());
        return copy;
    }

    private int indexOf(String stream) {
        for (int i = 0; i < logs.size(); i++) {
            if (logs.get(i).stream().equals(stream)) {
                return i;
            }
        }
        return ABSENT;
    }

    /**
     * What one {@link RowLog} keeps.
     *
     * @param stream {@code events} or {@code labels}
     * @param columns what is kept of each row, in words
     */
    record LogLayout(String stream, List<Column> columns) implements Serializable {

        LogLayout {
            columns = List.copyOf(columns);
        }

        boolean[] floating() {
            var floating = new boolean[columns.size()];
            for (int i = 0; i < floating.length; i++) {
                floating[i] = columns.get(i).isFloating();
            }
            return floating;
        }

        /** The rows of a log of another layout, with the columns of this one. */
        private RowLog adopt(RowLog log, LogLayout written) {
            var adopted = new RowLog(floating(), log.size());
            int[] from = columns.stream().mapToInt(written.columns::indexOf).toArray();
            long[] values = new long[from.length];
            for (int row = log.first(); row < log.end(); row++) {
                for (int column = 0; column < from.length; column++) {
                    values[column] =
                            from[column] == ABSENT
                                    ? columns.get(column).absent()
                                    : log.value(row, from[column]);
                }
                adopted.insert(log.timeMillis(row), values);
            }
            return adopted;
        }
    }

    /** One kept column: its name and type, and whether it holds the bits of doubles. */
    record Column(String name, boolean isFloating) implements Serializable {
        private static final long NAN = Double.doubleToRawLongBits(Double.NaN);

        /** What rows hold in which nobody recorded it. */
        long absent() {
            return isFloating ? NAN : 0;
        }
    }
}
