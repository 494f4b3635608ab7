package io.millrace.features;

import java.io.Serializable;
import java.util.Arrays;

/**
 * The smallest, or the largest, value of any stretch of rows, in O(log n).
 *
 * <p>A tree over blocks of {@value #BLOCK_ROWS} rows: node i has the extreme of nodes 2i and 2i +
 * 1, and the leaves are the blocks. A stretch is some whole blocks and the rows at its two ends.
 */
final class RangeExtremes extends RowIndex {
    private static final int BLOCK_SHIFT = 4;
    private static final int BLOCK_ROWS = 1 << BLOCK_SHIFT;

    /** The key of a row that does not count: no row's key is larger. */
    private static final long NOTHING = Long.MAX_VALUE;

    /**
     * What is looked for.
     *
     * @param largest the largest value; the smallest otherwise
     * @param selection which rows count
     */
    record Plan(int column, boolean largest, int selection) implements Serializable {}

    private final int column;
    private final boolean largest;
    private final Selection selection;

    /** Keys; the smallest one wins. The leaf of block b is node {@code leaves + b}. */
    private final long[] tree;

    private final int leaves;

    RangeExtremes(Plan plan, RowLog log, Selection selection) {
        super(log);
        this.column = plan.column;
        this.largest = plan.largest;
        this.selection = selection;
        int blocks = log.capacity() >>> BLOCK_SHIFT;
        this.leaves = blocks <= 1 ? blocks : Integer.highestOneBit(blocks - 1) << 1;
        this.tree = new long[2 * leaves];
        Arrays.fill(tree, NOTHING);
    }

    @Override
    void cover(int from, int to) {
        // Only whole blocks are ever asked for.
        int firstBlock = from >>> BLOCK_SHIFT;
        int blocks = to >>> BLOCK_SHIFT;
        if (firstBlock == blocks) {
            return;
        }
        for (int block = firstBlock; block < blocks; block++) {
            int row = block << BLOCK_SHIFT;
            tree[leaves + block] = smallestKey(Math.max(row, log.first()), row + BLOCK_ROWS);
        }
        int low = (leaves + firstBlock) >>> 1;
        int high = (leaves + blocks - 1) >>> 1;
        while (low > 0) {
            for (int node = low; node <= high; node++) {
                tree[node] = Math.min(tree[2 * node], tree[2 * node + 1]);
            }
            low >>>= 1;
            high >>>= 1;
        }
    }

    @Override
    long heapBytes() {
        return (long) tree.length * Long.BYTES;
    }

    /**
     * The extreme of rows {@code from} to {@code to - 1}, as {@link KeptNumber#ordered} has it; at
     * least one of them must count.
     */
    long ordered(int from, int to) {
        int firstBlock = (from + BLOCK_ROWS - 1) >>> BLOCK_SHIFT;
        int blocks = to >>> BLOCK_SHIFT;
        long key;
        if (firstBlock >= blocks) {
            key = smallestKey(from, to);
        } else {
            key =
                    Math.min(
                            smallestKey(from, firstBlock << BLOCK_SHIFT),
                            smallestKey(blocks << BLOCK_SHIFT, to));
            int low = leaves + firstBlock;
            int high = leaves + blocks;
            while (low < high) {
                if ((low & 1) == 1) {
                    key = Math.min(key, tree[low]);
                    low++;
                }
                if ((high & 1) == 1) {
                    high--;
                    key = Math.min(key, tree[high]);
                }
                low >>>= 1;
                high >>>= 1;
            }
        }
        return largest ? ~key : key;
    }

    private long smallestKey(int from, int to) {
        long smallest = NOTHING;
        for (int row = from; row < to; row++) {
            if (selection.counts(row)) {
                long ordered = KeptNumber.ordered(log, column, row);
                smallest = Math.min(smallest, largest ? ~ordered : ordered);
            }
        }
        return smallest;
    }
}
