package io.millrace.source;

import io.millrace.spec.ColumnSpec;
import java.io.Serializable;

/**
 * A column that a format hands over as text.
 *
 * @param position where it stands in the row
 * @param name the column's name
 * @param type its declared SQL type, as messages show it
 * @param reader makes its value of the text
 */
record TextColumn(int position, String name, String type, TextReader reader)
        implements Serializable {

    static TextColumn of(int position, ColumnSpec column) {
        return new TextColumn(
                position,
                column.name(),
                column.type().copy(true).asSummaryString(),
                TextReader.of(column.type()));
    }
}
