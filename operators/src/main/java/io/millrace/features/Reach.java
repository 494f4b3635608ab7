package io.millrace.features;

import io.millrace.spec.ColumnSpec;
import io.millrace.spec.FeaturesSpec.From;
import io.millrace.spec.FeaturesSpec.WindowSpec;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a window needs to be full.
 *
 * @param slot its place in the vector
 * @param from whose rows it holds
 * @param millis how far behind the event it begins: its length and its delay
 * @param columns what it reads of each row, in words
 */
record Reach(int slot, From from, long millis, List<String> columns) implements Serializable {

    Reach {
        columns = List.copyOf(columns);
    }

    /**
     * The reach of one window.
     *
     * @param declared the columns of its stream
     * @param labelId of labels, the column that holds the id of the labelled event; null of events
     */
    static Reach of(
            Slotted<WindowSpec> window, List<ColumnSpec> declared, @Nullable String labelId) {
        var alone = LogWindows.of(List.of(window), declared, labelId);
        return new Reach(
                window.slot(),
                window.feature().from(),
                alone.retentionMillis(),
                alone.layout("").columns().stream().map(PastLayout.Column::name).toList());
    }
}
