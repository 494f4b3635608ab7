package io.millrace.monitor;

/**
 * What a window's numbers are compared with, in the bins of their reference: the reference's rows,
 * or those of other windows.
 *
 * @param rows how many rows have a value, or should have
 * @param missing how many of them have none
 * @param bins how many are in each fine bin
 * @param below how many of them are below the reference's range
 * @param above how many are above it
 * @param steps the values as a distribution
 * @param rankError how far a share of rows below a value may be off
 */
// Passed on, never compared.
@SuppressWarnings("ArrayRecordComponent")
record NumberBaseline(
        long rows,
        long missing,
        long[] bins,
        long below,
        long above,
        Steps steps,
        double rankError) {

    static NumberBaseline of(NumericReference reference) {
        return new NumberBaseline(
                reference.rows(),
                reference.missing(),
                reference.counts(),
                0,
                0,
                Steps.of(reference.points(), reference.counts()),
                reference.rankError());
    }

    static NumberBaseline of(NumberCounter counter, Counts counts) {
        return new NumberBaseline(
                counter.rows(counts),
                counter.missing(counts),
                counter.bins(counts),
                counter.below(counts),
                counter.above(counts),
                counter.steps(counts),
                0);
    }

    long valid() {
        return rows - missing;
    }
}
