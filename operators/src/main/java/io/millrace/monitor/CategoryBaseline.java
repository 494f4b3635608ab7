package io.millrace.monitor;

/**
 * What a window's categories are compared with: the reference's rows, or those of other windows.
 *
 * @param rows how many rows have a value, or should have
 * @param missing how many of them have none
 * @param top how many have each of the reference's most frequent categories
 * @param other how many have another one
 * @param news how many have one that the reference does not have; of the reference itself, how many
 *     would have been new to its other rows
 */
// Passed on, never compared.
@SuppressWarnings("ArrayRecordComponent")
record CategoryBaseline(long rows, long missing, long[] top, long other, long news) {

    static CategoryBaseline of(CategoryReference reference) {
        return new CategoryBaseline(
                reference.rows(),
                reference.missing(),
                reference.counts(),
                reference.other(),
                reference.once());
    }

    static CategoryBaseline of(CategoryCounter counter, Counts counts) {
        return new CategoryBaseline(
                counter.rows(counts),
                counter.missing(counts),
                counter.top(counts),
                counter.other(counts),
                counter.news(counts));
    }

    long valid() {
        return rows - missing;
    }

    /** The share of rows that is to be expected of categories that the reference does not have. */
    double newRatio() {
        return (double) news / valid();
    }
}
