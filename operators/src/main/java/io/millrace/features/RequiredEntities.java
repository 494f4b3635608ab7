package io.millrace.features;

import io.millrace.record.DeadLetter;
import io.millrace.record.Event;
import java.io.Serializable;
import java.util.List;
import org.apache.flink.table.data.RowData;
import org.jspecify.annotations.Nullable;

/**
 * The columns that a row must have a value in, since its windows are about that entity. A text that
 * is too long to be a name is refused: it would be a key of the state and part of every score.
 */
final class RequiredEntities implements Serializable {
    private static final long serialVersionUID = 1L;

    private static final int MAX_CHARS = 1_024;

    private final EntityColumn[] columns;

    RequiredEntities(List<EntityColumn> columns) {
        this.columns = columns.toArray(EntityColumn[]::new);
    }

    /** What is wrong with the first column that is, and what it must be; or null. */
    @Nullable String problemOf(RowData row) {
        for (EntityColumn column : columns) {
            String missing = column.missingFrom(row);
            if (missing != null) {
                return "%s is null; it must have a value, since features are about it"
                        .formatted(missing);
            }
            if (!column.isNumber() && column.read(row).toString().length() > MAX_CHARS) {
                return "%s has %d characters; it must have at most %d, since features are about it"
                        .formatted(
                                String.join(", ", column.names()),
                                column.read(row).toString().length(),
                                MAX_CHARS);
            }
        }
        return null;
    }

    static DeadLetter refusal(Event row, String problem) {
        return new DeadLetter(
                row.origin(),
                FeatureStage.STAGE,
                DeadLetter.Reason.FEATURE_FAILED,
                problem,
                row.id());
    }
}
