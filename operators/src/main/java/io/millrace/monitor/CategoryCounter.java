package io.millrace.monitor;

import io.millrace.record.FeatureDrift.Bin;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;

/**
 * Counts categories: the reference's most frequent ones one by one, the others that it has
 * together, and new ones together and by name. A number is the category of its text: {@code 3} and
 * {@code 2.5}.
 */
final class CategoryCounter extends SeriesCounter {
    private static final int NEW = FIRST;
    private static final int OTHER = NEW + 1;
    private static final int TOP = OTHER + 1;

    /** Flags, counts and codes below this are looked up at once. */
    private static final int WHOLE = 64;

    private final CategoryReference reference;
    private final Map<String, Integer> places = new HashMap<>();
    private final Set<String> others;

    /** The reference's categories that are numbers, ascending, and the cell of each. */
    private final double[] numbers;

    private final int[] cellsOfNumbers;

    /** The cell of each small whole number, 0 where it is none of the reference's categories. */
    private final int[] cellsOfWhole = new int[WHOLE];

    CategoryCounter(Watched watched, int index, int at, CategoryReference reference) {
        super(watched, index, at);
        this.reference = reference;
        for (int i = 0; i < reference.top().size(); i++) {
            places.put(reference.top().get(i), TOP + i);
        }
        others = new HashSet<>(reference.others());
        var sorted = new TreeMap<Double, Integer>();
        for (String category : others) {
            putNumber(category, OTHER, sorted);
        }
        places.forEach((category, cell) -> putNumber(category, cell, sorted));
        numbers = sorted.keySet().stream().mapToDouble(Double::doubleValue).toArray();
        cellsOfNumbers = sorted.values().stream().mapToInt(Integer::intValue).toArray();
        sorted.forEach(
                (number, cell) -> {
                    int whole = number.intValue();
                    if (whole == number && whole >= 0 && whole < WHOLE) {
                        cellsOfWhole[whole] = cell;
                    }
                });
    }

    private static void putNumber(String category, int cell, Map<Double, Integer> sorted) {
        number(category).ifPresent(number -> sorted.put(number, cell));
    }

    /** The number whose category this is; none of a text. */
    static OptionalDouble number(String category) {
        try {
            double number = Double.parseDouble(category) + 0.0;
            return text(number).equals(category)
                    ? OptionalDouble.of(number)
                    : OptionalDouble.empty();
        } catch (NumberFormatException e) {
            return OptionalDouble.empty();
        }
    }

    /** The category of a number. */
    static String text(double number) {
        long whole = (long) number;
        return whole == number && Math.abs(number) < 1e15
                ? Long.toString(whole)
                : Double.toString(number);
    }

    @Override
    int width() {
        return TOP + reference.top().size();
    }

    /**
     * A category is a text of some 60 bytes, in a list, a set and, where it is a number, an array.
     */
    @Override
    long weight() {
        var known = reference.known();
        return width()
                + 4L * (reference.top().size() + reference.others().size())
                + (known == null ? 0 : known.bytes().length / 40);
    }

    @Override
    CategoryReference reference() {
        return reference;
    }

    @Override
    void count(double value, Counts counts) {
        if (!Double.isFinite(value)) {
            counts.cells()[at() + MISSING]++;
            return;
        }
        int whole = (int) value;
        if (whole == value && whole >= 0 && whole < WHOLE && cellsOfWhole[whole] > 0) {
            counts.cells()[at() + cellsOfWhole[whole]]++;
            return;
        }
        // -0.0 and 0.0 are one category.
        double number = value + 0.0;
        int known = Arrays.binarySearch(numbers, number);
        if (known >= 0) {
            counts.cells()[at() + cellsOfNumbers[known]]++;
        } else {
            countUnlisted(text(number), counts);
        }
    }

    @Override
    void count(String category, Counts counts) {
        Integer place = places.get(category);
        if (place != null) {
            counts.cells()[at() + place]++;
        } else if (others.contains(category)) {
            counts.cells()[at() + OTHER]++;
        } else {
            countUnlisted(category, counts);
        }
    }

    private void countUnlisted(String category, Counts counts) {
        var known = reference.known();
        boolean isNew = known == null ? reference.isComplete() : !known.has(category);
        if (isNew) {
            counts.cells()[at() + NEW]++;
            counts.addNew(index(), category, 1);
        } else {
            counts.cells()[at() + OTHER]++;
        }
    }

    @Override
    void merge(long[] from, long[] to) {
        mergeWhole(MISSING, width(), from, to);
    }

    long news(Counts counts) {
        return counts.cells()[at() + NEW];
    }

    /** How many rows have a category that is not among the most frequent: known, or new. */
    long other(Counts counts) {
        return counts.cells()[at() + OTHER] + news(counts);
    }

    /** The counts of the reference's most frequent categories. */
    long[] top(Counts counts) {
        return Arrays.copyOfRange(counts.cells(), at() + TOP, at() + width());
    }

    /** New categories of a window, as far as they were counted one by one. */
    List<Bin> newest(Counts counts) {
        var bins = new ArrayList<Bin>();
        counts.newCategories(index())
                .forEach((category, rows) -> bins.add(new Bin(category, rows, 0, 0)));
        return bins;
    }
}
