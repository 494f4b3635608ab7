package io.millrace.source;

/** Rows of a history do not come in event-time order. */
public final class OutOfOrderException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OutOfOrderException(String message) {
        super(message);
    }
}
