package io.millrace.spec;

/** What has no value for one row: an expression that divides by zero, an array too short. */
public final class ExpressionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ExpressionException(String message) {
        super(message);
    }

    ExpressionException(String message, Throwable cause) {
        super(message, cause);
    }
}
