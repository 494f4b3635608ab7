package io.millrace.spec;

import java.io.Serializable;
import java.util.List;
import java.util.stream.Collectors;

/** An expression that cannot be compiled over the declared columns: all of its mistakes. */
public final class InvalidExpressionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final List<Mistake> mistakes;

    /**
     * One mistake in an expression.
     *
     * @param line in the expression, 1-based
     * @param column in the expression's line, 1-based
     * @param message what it is and what it must be
     */
    public record Mistake(int line, int column, String message) implements Serializable {

        @Override
        public String toString() {
            return "%d:%d  %s".formatted(line, column, message);
        }
    }

    InvalidExpressionException(String source, List<Mistake> mistakes) {
        super(
                mistakes.stream()
                        .map(Mistake::toString)
                        .collect(Collectors.joining("\n", "`" + source + "`\n", "")));
        this.mistakes = List.copyOf(mistakes);
    }

    public List<Mistake> mistakes() {
        return mistakes;
    }
}
