package io.millrace.jobs.reconcile;

import java.util.List;

/**
 * The records of one input partition, and the fates that the output topics tell of.
 *
 * <p>A record's offset is in {@code read}; the first fate puts it into {@code answered}, each
 * further one counts as doubled. A record that waits has no fate and is not missing. An offset that
 * holds no record (a transaction's marker, a compacted record) is never in {@code read}, and so
 * never missing.
 */
final class PartitionFates {
    private final String partition;
    private final long start;
    private final long end;
    private final OffsetSet read;
    private final OffsetSet answered;
    private final OffsetSet waiting;
    private final OffsetSet doubled;
    private final OffsetSet unknown;
    private long scored;
    private long deadLettered;
    private long duplicate;
    private long extra;

    /**
     * @param partition its name, {@code transactions-3}
     * @param start the first offset that counts
     * @param end the first offset that counts no more
     */
    PartitionFates(String partition, long start, long end) {
        this.partition = partition;
        this.start = start;
        this.end = end;
        this.read = new OffsetSet(start);
        this.answered = new OffsetSet(start);
        this.waiting = new OffsetSet(start);
        this.doubled = new OffsetSet(start);
        this.unknown = new OffsetSet(start);
    }

    /** The input topic holds a record here. All records are read before the first fate. */
    void read(long offset) {
        if (counts(offset)) {
            read.add(offset);
        }
    }

    /** An output topic tells of this record. */
    void answered(long offset, Fate fate) {
        if (!counts(offset)) {
            return;
        }
        if (!read.contains(offset)) {
            unknown.add(offset);
            return;
        }
        switch (fate) {
            case SCORED -> scored++;
            case DEAD_LETTERED -> deadLettered++;
            case DUPLICATE -> duplicate++;
        }
        if (!answered.add(offset)) {
            extra++;
            doubled.add(offset);
        }
    }

    /** How many records have no fate so far. */
    long missing() {
        return read.size() - answered.size();
    }

    boolean isMissing(long offset) {
        return counts(offset) && read.contains(offset) && !answered.contains(offset);
    }

    /** A missing record is held back by the job, and rightly so. All fates are known before. */
    void waits(long offset) {
        if (waiting.add(offset)) {
            answered.add(offset);
        }
    }

    /** The offsets from the first to the last missing record. */
    OffsetRange missingSpan() {
        List<OffsetRange> missing = read.without(answered, Integer.MAX_VALUE);
        return new OffsetRange(missing.get(0).first(), missing.get(missing.size() - 1).last());
    }

    /**
     * @param ranges the most ranges of each kind that are named
     */
    Reconciliation.Partition result(int ranges) {
        List<OffsetRange> missing = read.without(answered, ranges);
        return new Reconciliation.Partition(
                partition,
                read.size(),
                scored,
                deadLettered,
                duplicate,
                waiting.size(),
                new Reconciliation.Offsets(missing(), missing, length(missing) < missing()),
                offsets(extra, doubled, ranges),
                offsets(unknown.size(), unknown, ranges));
    }

    private static Reconciliation.Offsets offsets(long records, OffsetSet set, int limit) {
        List<OffsetRange> ranges = set.ranges(limit);
        return new Reconciliation.Offsets(records, ranges, length(ranges) < set.size());
    }

    private static long length(List<OffsetRange> ranges) {
        return ranges.stream().mapToLong(range -> range.last() - range.first() + 1).sum();
    }

    private boolean counts(long offset) {
        return offset >= start && offset < end;
    }
}
