package io.millrace.jobs.backfill;

import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A training set that is being written. */
interface TrainingSetFile extends Closeable {

    /**
     * Writes a row.
     *
     * @param warming the features whose windows reach back to before the history, by name with
     *     spaces between; null where there are none
     */
    void write(TrainingRow row, @Nullable String warming) throws IOException;
}
