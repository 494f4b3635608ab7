package io.millrace.jobs.reconcile;

/** What became of an input record: the output topic that names it. */
enum Fate {
    SCORED,
    DEAD_LETTERED,
    DUPLICATE
}
