package io.millrace.spec;

/** An expression that has no value for one row: a division by zero, an overflow. */
public final class ExpressionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ExpressionException(String message) {
        super(message);
    }

    ExpressionException(String message, Throwable cause) {
        super(message, cause);
    }
}
