package io.millrace.features;

import java.io.Serializable;
import java.util.List;

/**
 * What an {@link EntityPast} keeps. Two pasts of equal layouts mean the same.
 *
 * @param logs the kept logs, in order
 */
record PastLayout(List<LogLayout> logs) implements Serializable {

    PastLayout {
        logs = List.copyOf(logs);
    }

    EntityPast nothing() {
        var empty = new RowLog[logs.size()];
        for (int i = 0; i < empty.length; i++) {
            empty[i] = new RowLog(logs.get(i).floating());
        }
        return new EntityPast(empty);
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
    }

    /** One kept column: its name and type, and whether it holds the bits of doubles. */
    record Column(String name, boolean isFloating) implements Serializable {}
}
