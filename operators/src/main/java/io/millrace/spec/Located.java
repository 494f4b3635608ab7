package io.millrace.spec;

/**
 * A value and where the file has it.
 *
 * @param path its key
 * @param at its first character; for text in quotes, the first one inside
 * @param verbatim whether the file's characters are the value's, so that a place in the value is a
 *     place in the line
 */
record Located<T>(T value, String path, Location at, boolean verbatim) {

    /** The same as what it is. */
    <S> Located<S> as(Class<S> type) {
        return new Located<>(type.cast(value), path, at, verbatim);
    }
}
