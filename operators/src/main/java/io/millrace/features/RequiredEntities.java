package io.millrace.features;

import io.millrace.record.DeadLetter;
import io.millrace.record.Event;
import java.io.Serializable;
import java.util.List;
import org.apache.flink.table.data.RowData;
import org.jspecify.annotations.Nullable;

/** The columns that a row must have a value in, since its windows are about that entity. */
final class RequiredEntities implements Serializable {
    private static final long serialVersionUID = 1L;

    private final EntityColumn[] columns;

    RequiredEntities(List<EntityColumn> columns) {
        this.columns = columns.toArray(EntityColumn[]::new);
    }

    /** The first column without a value, or null. */
    @Nullable EntityColumn missingFrom(RowData row) {
        for (EntityColumn column : columns) {
            if (column.isMissing(row)) {
                return column;
            }
        }
        return null;
    }

    static DeadLetter refusal(Event row, EntityColumn missing) {
        return new DeadLetter(
                row.origin(),
                FeatureStage.STAGE,
                DeadLetter.Reason.FEATURE_FAILED,
                "%s is null; it must have a value, since features are about it"
                        .formatted(missing.name()),
                row.id());
    }
}
