package io.millrace.source;

import io.millrace.record.Received;
import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** An open file of rows. */
interface RowFile extends Closeable {

    /** The next row, or why it is none; null at the file's end. */
    @Nullable Received next() throws IOException;
}
