package io.millrace.jobs.reconcile;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/**
 * What became of every input record: per partition, in = scored + dead-lettered + duplicate +
 * waiting where it {@link #holds()}.
 *
 * @param partitions of the event topic, in their order
 */
public record Reconciliation(List<Partition> partitions) {
    private static final String[] COLUMNS = {
        "partition",
        "in",
        "scored",
        "dead-lettered",
        "duplicate",
        "waiting",
        "missing",
        "doubled",
        "unknown"
    };

    public Reconciliation {
        partitions = List.copyOf(partitions);
    }

    /**
     * One input partition.
     *
     * @param name {@code topic-partition}
     * @param in how many records it holds
     * @param scored how many scores tell of them
     * @param deadLettered how many dead letters
     * @param duplicate how many duplicates
     * @param waiting records that the job holds until event time has passed them
     * @param missing records of which no output topic tells, though one must
     * @param doubled output records beyond the first of an input record
     * @param unknown offsets that outputs tell of and that hold no record
     */
    public record Partition(
            String name,
            long in,
            long scored,
            long deadLettered,
            long duplicate,
            long waiting,
            Offsets missing,
            Offsets doubled,
            Offsets unknown) {

        boolean holds() {
            return missing.count() + doubled.count() + unknown.count() == 0;
        }
    }

    /**
     * Offsets that are wrong in one way.
     *
     * @param count how many records
     * @param first the first ranges of them
     * @param more whether there are further ranges
     */
    public record Offsets(long count, List<OffsetRange> first, boolean more) {

        public Offsets {
            first = List.copyOf(first);
        }

        private String named() {
            return first.stream().map(OffsetRange::toString).collect(Collectors.joining(", "))
                    + (more ? ", and more" : "");
        }
    }

    /**
     * Whether every input record has exactly one fate or waits for it, and no output tells of
     * another record.
     */
    public boolean holds() {
        return partitions.stream().allMatch(Partition::holds);
    }

    /** A table of all partitions, the offsets that are wrong, and one sentence that sums it up. */
    public String render() {
        var lines = new ArrayList<String>();
        lines.addAll(table());
        for (Partition partition : partitions) {
            name(lines, partition.name(), "missing", partition.missing());
            name(lines, partition.name(), "doubled", partition.doubled());
            name(lines, partition.name(), "unknown", partition.unknown());
        }
        lines.add("");
        lines.add(sentence());
        return String.join(System.lineSeparator(), lines);
    }

    private List<String> table() {
        var rows = new ArrayList<String[]>();
        rows.add(COLUMNS);
        for (Partition p : partitions) {
            rows.add(
                    new String[] {
                        p.name(),
                        number(p.in()),
                        number(p.scored()),
                        number(p.deadLettered()),
                        number(p.duplicate()),
                        number(p.waiting()),
                        number(p.missing().count()),
                        number(p.doubled().count()),
                        number(p.unknown().count())
                    });
        }
        int[] widths = new int[COLUMNS.length];
        for (String[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        var lines = new ArrayList<String>();
        for (String[] row : rows) {
            var line = new StringBuilder(("%-" + widths[0] + "s").formatted(row[0]));
            for (int i = 1; i < row.length; i++) {
                line.append(("  %" + widths[i] + "s").formatted(row[i]));
            }
            lines.add(line.toString());
        }
        return lines;
    }

    private static void name(List<String> lines, String partition, String what, Offsets offsets) {
        if (offsets.count() > 0) {
            lines.add("%s %s: %s".formatted(partition, what, offsets.named()));
        }
    }

    /**
     * {@code 1,000 in = 990 scored + 8 dead-lettered + 2 duplicate; nothing missing, nothing
     * doubled}.
     */
    private String sentence() {
        long missing = sum(p -> p.missing().count());
        long doubled = sum(p -> p.doubled().count());
        long unknown = sum(p -> p.unknown().count());
        long waiting = sum(Partition::waiting);
        return "%s in = %s scored + %s dead-lettered + %s duplicate%s%s%s; %s missing, %s doubled%s"
                .formatted(
                        number(sum(Partition::in)),
                        number(sum(Partition::scored)),
                        number(sum(Partition::deadLettered)),
                        number(sum(Partition::duplicate)),
                        waiting == 0 ? "" : " + " + number(waiting) + " waiting",
                        missing == 0 ? "" : " + " + number(missing) + " missing",
                        doubled == 0 ? "" : " - " + number(doubled) + " doubled",
                        missing == 0 ? "nothing" : number(missing),
                        doubled == 0 ? "nothing" : number(doubled),
                        unknown == 0 ? "" : ", " + number(unknown) + " unknown");
    }

    private long sum(ToLongFunction<Partition> count) {
        return partitions.stream().mapToLong(count).sum();
    }

    private static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }
}
