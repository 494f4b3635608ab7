package io.millrace.monitor;

/**
 * The counts of one slide of event time, one model version and one segment: of all rows, or of
 * those that one subtask has seen. Public because Flink carries it.
 *
 * @param startMillis the pane's first event time, epoch milliseconds
 * @param model the registered model's name
 * @param version the model's version
 * @param modelDigest the digest of the version's bytes
 * @param segment the value by which it is told apart; empty for all rows
 * @param layout names what the cells count: two panes of one layout merge
 * @param rows how many rows
 * @param cells the counts of all series, one after the other
 * @param ranges the smallest and the largest value of each series
 * @param newSeries of each new category, its series
 * @param newLabels of each new category, the category
 * @param newCounts of each new category, how often it is there
 * @param eventHashes of each event that is named, its hash
 * @param eventIds the ids of a few events
 */
// Counts, which tests compare recursively.
@SuppressWarnings("ArrayRecordComponent")
public record Pane(
        long startMillis,
        String model,
        String version,
        String modelDigest,
        String segment,
        String layout,
        long rows,
        long[] cells,
        double[] ranges,
        int[] newSeries,
        String[] newLabels,
        long[] newCounts,
        long[] eventHashes,
        String[] eventIds) {
    private static final long[] NO_HASHES = {};
    private static final String[] NO_IDS = {};

    public Pane {
        // What an older savepoint cannot know.
        eventHashes = eventHashes == null ? NO_HASHES : eventHashes;
        eventIds = eventIds == null ? NO_IDS : eventIds;
    }

    /** The same, of more rows, whose counts nobody can read any more. */
    Pane plus(long moreRows) {
        return new Pane(
                startMillis,
                model,
                version,
                modelDigest,
                segment,
                layout,
                rows + moreRows,
                cells,
                ranges,
                newSeries,
                newLabels,
                newCounts,
                eventHashes,
                eventIds);
    }
}
