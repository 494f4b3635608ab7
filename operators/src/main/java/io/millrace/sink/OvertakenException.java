package io.millrace.sink;

/** Somebody else has announced, or begun to, since this journal was opened: nothing was written. */
public final class OvertakenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OvertakenException(String message, Throwable cause) {
        super(message, cause);
    }
}
