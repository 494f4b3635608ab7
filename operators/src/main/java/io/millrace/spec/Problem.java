package io.millrace.spec;

/**
 * One mistake in a pipeline description.
 *
 * @param line 1-based
 * @param column 1-based
 * @param path the key, {@code features.vector[3].window}
 * @param message what it is and what it must be
 */
public record Problem(int line, int column, String path, String message) {

    @Override
    public String toString() {
        return "%d:%d  %s %s".formatted(line, column, path, message);
    }
}
