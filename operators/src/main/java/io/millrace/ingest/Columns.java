package io.millrace.ingest;

import io.millrace.spec.ColumnSpec;
import java.util.List;

/** Finds declared columns. */
final class Columns {

    private Columns() {}

    /**
     * Where a column stands.
     *
     * @param key the setting that names the column
     * @throws IllegalArgumentException when it is not declared
     */
    static int position(List<ColumnSpec> columns, String name, String key) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equals(name)) {
                return i;
            }
        }
        throw new IllegalArgumentException(
                "%s is %s; it must be a declared column".formatted(key, name));
    }
}
