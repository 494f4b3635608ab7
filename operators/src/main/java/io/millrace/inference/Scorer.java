package io.millrace.inference;

/**
 * A model that scores rows of features. Safe for concurrent use; closed only when no run is under
 * way.
 */
interface Scorer extends AutoCloseable {

    /** How many features a row has. */
    int inputWidth();

    /** Room for so many rows. */
    ScoringRows rows(int capacity);

    @Override
    void close();
}
