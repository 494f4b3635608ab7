package io.millrace.jobs.backfill;

/** A job has found that its history does not come in event-time order. */
final class UnorderedHistory extends Exception {
    private static final long serialVersionUID = 1L;

    /**
     * @param message which row does not
     */
    UnorderedHistory(String message) {
        super(message);
    }
}
