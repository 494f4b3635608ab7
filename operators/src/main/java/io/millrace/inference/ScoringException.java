package io.millrace.inference;

/** A run that failed. Its message says why, for a dead letter. */
final class ScoringException extends Exception {
    private static final long serialVersionUID = 1L;

    ScoringException(String message) {
        super(message);
    }

    ScoringException(String message, Throwable cause) {
        super(message, cause);
    }
}
