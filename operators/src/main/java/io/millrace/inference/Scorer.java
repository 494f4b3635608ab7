package io.millrace.inference;

import java.nio.FloatBuffer;

/** Something that scores rows of features. Safe for concurrent use. */
interface Scorer {

    /** Numbers per row of input. */
    int inputWidth();

    /** Numbers per row of output; the last of them is the score. */
    int outputWidth();

    /**
     * Scores the rows.
     *
     * @param input direct, in native byte order, row after row, {@code rows * inputWidth()} numbers
     * @param output direct, in native byte order, receives {@code rows * outputWidth()} numbers
     * @throws ScoringException when the run fails; the output is then undefined
     */
    void score(FloatBuffer input, FloatBuffer output, int rows) throws ScoringException;
}
