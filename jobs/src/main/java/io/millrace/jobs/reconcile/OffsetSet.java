package io.millrace.jobs.reconcile;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A set of offsets of one partition, one bit each.
 *
 * <p>Bits lie in pages, counted from the first offset that may be in the set; a page exists once
 * one of its offsets does.
 */
final class OffsetSet {
    private static final int PAGE_SHIFT = 20;
    private static final int PAGE_WORDS = 1 << (PAGE_SHIFT - 6);
    private static final long PAGE_MASK = (1L << PAGE_SHIFT) - 1;

    private final long first;
    private final List<long @Nullable []> pages = new ArrayList<>();
    private long size;

    /**
     * @param first the smallest offset that may be added
     */
    OffsetSet(long first) {
        this.first = first;
    }

    /** Whether the offset was not in the set before. */
    boolean add(long offset) {
        long index = offset - first;
        long[] page = page((int) (index >>> PAGE_SHIFT));
        int word = (int) (index & PAGE_MASK) >>> 6;
        long bit = 1L << index;
        if ((page[word] & bit) != 0) {
            return false;
        }
        page[word] |= bit;
        size++;
        return true;
    }

    boolean contains(long offset) {
        long index = offset - first;
        int number = (int) (index >>> PAGE_SHIFT);
        if (index < 0 || number >= pages.size()) {
            return false;
        }
        long[] page = pages.get(number);
        return page != null && (page[(int) (index & PAGE_MASK) >>> 6] & (1L << index)) != 0;
    }

    long size() {
        return size;
    }

    /** The first offsets of this set, as {@link #without} gives them. */
    List<OffsetRange> ranges(int limit) {
        return without(new OffsetSet(first), limit);
    }

    /**
     * The offsets that this set has and the other has not, as ranges in ascending order.
     *
     * @param other begins at the same offset
     * @param limit the most ranges; what lies after them is left out
     */
    List<OffsetRange> without(OffsetSet other, int limit) {
        var ranges = new ArrayList<OffsetRange>();
        long from = -1;
        for (int number = 0; number < pages.size() && ranges.size() < limit; number++) {
            long[] page = pages.get(number);
            for (int word = 0; word < PAGE_WORDS && ranges.size() < limit; word++) {
                long bits = page == null ? 0 : page[word] & ~other.word(number, word);
                long begin = first + ((long) number << PAGE_SHIFT) + ((long) word << 6);
                if (bits == 0 || bits == -1) {
                    boolean set = bits != 0;
                    if (set && from < 0) {
                        from = begin;
                    } else if (!set && from >= 0) {
                        ranges.add(new OffsetRange(from, begin - 1));
                        from = -1;
                    }
                    continue;
                }
                for (int i = 0; i < 64 && ranges.size() < limit; i++) {
                    boolean set = (bits >>> i & 1) != 0;
                    if (set && from < 0) {
                        from = begin + i;
                    } else if (!set && from >= 0) {
                        ranges.add(new OffsetRange(from, begin + i - 1));
                        from = -1;
                    }
                }
            }
        }
        if (from >= 0 && ranges.size() < limit) {
            ranges.add(new OffsetRange(from, first + ((long) pages.size() << PAGE_SHIFT) - 1));
        }
        return ranges;
    }

    private long word(int number, int word) {
        long[] page = number < pages.size() ? pages.get(number) : null;
        return page == null ? 0 : page[word];
    }

    private long[] page(int number) {
        while (pages.size() <= number) {
            pages.add(null);
        }
        long[] page = pages.get(number);
        if (page == null) {
            page = new long[PAGE_WORDS];
            pages.set(number, page);
        }
        return page;
    }
}
