package io.millrace.jobs.backfill;

import java.io.Closeable;
import java.io.IOException;

/** A training set that is being written. */
interface TrainingSetFile extends Closeable {

    void write(TrainingRow row) throws IOException;
}
