package io.millrace.inference;

/** A run that failed. Its message says why, for a dead letter. */
final class ScoringException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean isOverdue;

    ScoringException(String message) {
        super(message);
        this.isOverdue = false;
    }

    ScoringException(String message, Throwable cause) {
        this(message, cause, false);
    }

    private ScoringException(String message, Throwable cause, boolean isOverdue) {
        super(message, cause);
        this.isOverdue = isOverdue;
    }

    /** A run that was ended since it took too long. */
    static ScoringException overdue(long limitMillis, Throwable cause) {
        return new ScoringException(
                "The model did not answer within %d ms".formatted(limitMillis), cause, true);
    }

    /** Whether the run took too long. */
    boolean isOverdue() {
        return isOverdue;
    }
}
