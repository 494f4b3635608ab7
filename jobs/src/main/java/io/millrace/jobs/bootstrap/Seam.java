package io.millrace.jobs.bootstrap;

import io.millrace.features.Answered;
import io.millrace.jobs.terminal.CommandFailure;
import java.time.Instant;
import java.util.List;

/**
 * Where files may end and a topic begin, so that no row is missing and none is learnt twice. Times
 * are epoch milliseconds.
 *
 * <p>Not before the topic is complete: what retention has deleted must be in the files. And not
 * after what the savepoint's job has answered: what it has not answered yet is read by the job that
 * goes on, of the topic.
 */
final class Seam {
    private static final long NONE = Edge.NONE;

    private final String topic;
    private final long earliestMillis;
    private final long latestMillis;

    /**
     * What a partition holds at its edges.
     *
     * @param deleted whether retention has deleted records at its beginning
     * @param firstMillis the event time of the first record that the savepoint's job has read and
     *     that is still there; {@link #NONE} where none is
     * @param nextMillis that of the first record that it has not read; {@link #NONE} where there is
     *     none
     */
    record Edge(boolean deleted, long firstMillis, long nextMillis) {
        /** The time of what is not there. */
        static final long NONE = Long.MIN_VALUE;
    }

    /**
     * The seam of one topic.
     *
     * @param disorderMillis how much later than a newer one a record may arrive
     */
    Seam(String topic, List<Edge> edges, Answered answered, long disorderMillis) {
        long answeredMillis = Math.min(answered.untilMillis(), answered.horizonMillis()) + 1;
        boolean rowsWait = answered.untilMillis() != Long.MAX_VALUE;
        this.topic = topic;
        // Where rows wait, one that is older than the answered ones is refused when it comes again.
        this.latestMillis =
                rowsWait
                        ? answeredMillis
                        : edges.stream()
                                .filter(edge -> edge.nextMillis != NONE)
                                .mapToLong(edge -> edge.nextMillis - disorderMillis)
                                .min()
                                .orElse(Long.MAX_VALUE);
        this.earliestMillis =
                edges.stream()
                        .filter(Edge::deleted)
                        .mapToLong(
                                edge ->
                                        edge.firstMillis == NONE
                                                ? Math.min(answeredMillis, latestMillis)
                                                : edge.firstMillis + disorderMillis)
                        .max()
                        .orElse(Long.MIN_VALUE);
    }

    /**
     * Requires that files may end at a time.
     *
     * @throws CommandFailure where they may not, with the times at which they may
     */
    void check(long millis) {
        if (earliestMillis > latestMillis) {
            throw CommandFailure.badInput(
                    "retention has deleted records of topic %s from before %s, and the savepoint's"
                            + " job has answered all rows only up to %s; no files can stand in for"
                            + " what the job has not answered",
                    topic, Instant.ofEpochMilli(earliestMillis), instant(latestMillis));
        }
        if (millis < earliestMillis) {
            throw CommandFailure.badInput(
                    "--history-until is %s; it must be %s or later, before which retention has"
                            + " deleted records of topic %s, and files must hold all rows up to it",
                    instant(millis), instant(earliestMillis), topic);
        }
        if (millis > latestMillis) {
            throw CommandFailure.badInput(
                    "--history-until is %s; it must be %s or earlier, from which on the job reads"
                            + " topic %s itself, so that rows of files would count twice",
                    instant(millis), instant(latestMillis), topic);
        }
    }

    private static String instant(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }
}
