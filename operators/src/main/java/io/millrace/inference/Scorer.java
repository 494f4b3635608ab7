package io.millrace.inference;

/**
 * A model that scores rows of features. Safe for concurrent use; closed only when no run is under
 * way.
 */
interface Scorer extends AutoCloseable {

    /** How many features a row has. */
    int inputWidth();

    /** What it runs on: {@code cpu}, or {@code gpu 0}. */
    default String device() {
        return OnnxRuntime.PROCESSOR;
    }

    /**
     * Room for rows.
     *
     * @param limitMillis how long a run over them may take; it is ended then, and fails
     */
    ScoringRows rows(int capacity, long limitMillis);

    @Override
    void close();
}
