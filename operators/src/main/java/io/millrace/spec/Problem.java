package io.millrace.spec;

/**
 * One mistake in a pipeline description.
 *
 * @param line 1-based
 * @param column 1-based
 * @param path the key, {@code features.vector[3].window}; empty for the file as a whole
 * @param message what it is and what it must be; with the path before it, a sentence
 */
public record Problem(int line, int column, String path, String message) {

    /** The path and the message, as one sentence. */
    public String sentence() {
        return path.isEmpty() ? message : path + " " + message;
    }

    @Override
    public String toString() {
        return "%d:%d: %s".formatted(line, column, sentence());
    }
}
