package io.millrace.record;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;

/** All announcements about a pipeline's model, in their order, for whoever scores. */
public interface ModelLog extends Serializable {

    /** Begins to read, at the first announcement. */
    Reading open();

    /** One reader's place in the log. Not safe for concurrent use. */
    interface Reading extends AutoCloseable {

        /**
         * The announcements since the last call. The first call gives all that there were when it
         * was made; a later one waits for one, so long at most.
         *
         * @throws RuntimeException where the log cannot be read; the place is as it was
         */
        List<ModelUpdate> next(Duration wait);

        @Override
        void close();
    }
}
