package io.millrace.jobs.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

class PartitionFatesProperties {
    private static final int OFFSETS = 200;

    /** Any records, any outputs in any order, with what a set and a map say of them. */
    @Property
    void agreesWithSetsOfObjects(
            @ForAll @LongRange(min = 0, max = 5_000_000_000L) long start,
            @ForAll @Size(max = 150) List<@IntRange(max = OFFSETS - 1) Integer> read,
            @ForAll @Size(max = 300) List<@IntRange(min = -5, max = OFFSETS + 5) Integer> outputs,
            @ForAll Fate fate) {
        var fates = new PartitionFates("events-0", start, start + OFFSETS);
        read.forEach(offset -> fates.read(start + offset));
        outputs.forEach(offset -> fates.answered(start + offset, fate));

        var records = new TreeSet<>(read);
        Map<Integer, Integer> times = new HashMap<>();
        outputs.stream()
                .filter(offset -> offset >= 0 && offset < OFFSETS)
                .forEach(offset -> times.merge(offset, 1, Integer::sum));
        var missing = new TreeSet<>(records);
        missing.removeAll(times.keySet());
        var unknown = new TreeSet<>(times.keySet());
        unknown.removeAll(records);
        var doubled = new TreeSet<Integer>();
        long extra = 0;
        long answered = 0;
        for (Map.Entry<Integer, Integer> entry : times.entrySet()) {
            if (records.contains(entry.getKey())) {
                answered++;
                extra += entry.getValue() - 1;
                if (entry.getValue() > 1) {
                    doubled.add(entry.getKey());
                }
            }
        }

        var result = fates.result(Integer.MAX_VALUE);
        assertThat(result.in()).isEqualTo(records.size());
        assertThat(result.in())
                .isEqualTo(
                        result.scored()
                                + result.deadLettered()
                                + result.duplicate()
                                + result.missing().count()
                                - result.doubled().count());
        assertThat(
                        switch (fate) {
                            case SCORED -> result.scored();
                            case DEAD_LETTERED -> result.deadLettered();
                            case DUPLICATE -> result.duplicate();
                        })
                .isEqualTo(answered + extra);
        assertThat(result.missing().count()).isEqualTo(missing.size());
        assertThat(offsets(start, result.missing())).isEqualTo(List.copyOf(missing));
        assertThat(result.doubled().count()).isEqualTo(extra);
        assertThat(offsets(start, result.doubled())).isEqualTo(List.copyOf(doubled));
        assertThat(result.unknown().count()).isEqualTo(unknown.size());
        assertThat(offsets(start, result.unknown())).isEqualTo(List.copyOf(unknown));
        assertThat(result.holds())
                .isEqualTo(missing.isEmpty() && doubled.isEmpty() && unknown.isEmpty());
    }

    /** Ranges across words and pages of the set, whole words among them. */
    @Property(tries = 200)
    void rangesAreAsLongAsTheyCanBe(
            @ForAll @LongRange(min = 0, max = 1_000) long start,
            @ForAll @Size(max = 6) List<@LongRange(min = 0, max = 3_000_000) Long> begins,
            @ForAll @Size(value = 6) List<@IntRange(min = 1, max = 2_000) Integer> lengths) {
        var set = new OffsetSet(start);
        var expected = new TreeSet<Long>();
        for (int i = 0; i < begins.size(); i++) {
            for (long offset = begins.get(i); offset < begins.get(i) + lengths.get(i); offset++) {
                assertThat(set.add(start + offset)).isEqualTo(expected.add(start + offset));
            }
        }

        var ranges = set.without(new OffsetSet(start), Integer.MAX_VALUE);

        assertThat(set.size()).isEqualTo(expected.size());
        var all = new ArrayList<Long>();
        for (int i = 0; i < ranges.size(); i++) {
            for (long offset = ranges.get(i).first(); offset <= ranges.get(i).last(); offset++) {
                all.add(offset);
                assertThat(set.contains(offset)).isTrue();
            }
            assertThat(set.contains(ranges.get(i).last() + 1)).isFalse();
        }
        assertThat(all).isEqualTo(List.copyOf(expected));
        assertThat(set.without(new OffsetSet(start), 2))
                .isEqualTo(ranges.subList(0, Math.min(2, ranges.size())));
    }

    private static List<Integer> offsets(long start, Reconciliation.Offsets offsets) {
        var all = new ArrayList<Integer>();
        for (OffsetRange range : offsets.first()) {
            for (long offset = range.first(); offset <= range.last(); offset++) {
                all.add((int) (offset - start));
            }
        }
        return all;
    }
}
