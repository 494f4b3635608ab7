package io.millrace.inference;

/** A model that cannot serve this pipeline. Its message says what it is and what it must be. */
public final class UnfitModelException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnfitModelException(String message) {
        super(message);
    }

    UnfitModelException(String message, Throwable cause) {
        super(message, cause);
    }
}
