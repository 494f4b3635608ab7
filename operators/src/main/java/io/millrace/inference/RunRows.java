package io.millrace.inference;

/**
 * How many rows a run has, of the rows that it is to score.
 *
 * <p>A model may take a fixed number only. Where it takes any, a run of one row would give it other
 * bits than a larger one: ONNX Runtime multiplies a single row by a kernel of its own, which adds
 * in another order. So a run has two at least, of which the second is the first again.
 *
 * @param fixed how many rows each run must have, or 0 where any number is right
 */
record RunRows(int fixed) {
    /** The fewest rows whose bits are those of any larger number. */
    private static final int FEWEST = 2;

    /** How many rows a run over some rows has: as many, or more. */
    int of(int rows) {
        return isFilledUp(rows) ? filledRows() : rows;
    }

    /** Whether a run over some rows is filled up with copies of the last one. */
    boolean isFilledUp(int rows) {
        return fixed > 0 || rows < FEWEST;
    }

    /** How many rows a run has that is filled up. */
    int filledRows() {
        return fixed > 0 ? fixed : FEWEST;
    }
}
