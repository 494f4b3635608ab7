package io.millrace.record;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/**
 * Rows that wait until event time has passed them, and leave in one order, however they came and
 * whenever event time moves: so every run answers them alike, at any parallelism.
 *
 * @param <T> the rows
 */
public final class UntilPassed<T> {
    private final ToLongFunction<T> eventTimeMillis;
    private final Comparator<T> order;

    private List<T> rows = new ArrayList<>();
    private List<T> rest = new ArrayList<>();

    /**
     * @param order earlier rows come first; no two rows are equal to it that are not alike
     */
    public UntilPassed(ToLongFunction<T> eventTimeMillis, Comparator<T> order) {
        this.eventTimeMillis = eventTimeMillis;
        this.order = order;
    }

    public void add(T row) {
        rows.add(row);
    }

    /** Hands on the rows at or before the watermark: no other can come there any more. */
    public void pass(long watermarkMillis, Consumer<T> each) {
        List<T> due = rows;
        for (int i = 0; i < due.size(); i++) {
            if (eventTimeMillis.applyAsLong(due.get(i)) > watermarkMillis) {
                split(watermarkMillis);
                break;
            }
        }
        due = rows;
        if (due.size() > 1) {
            // What is in order already takes one look at each row.
            due.sort(order);
        }
        for (int i = 0; i < due.size(); i++) {
            each.accept(due.get(i));
        }
        due.clear();
        rows = rest;
        rest = due;
    }

    /** Sets aside what has to wait on. */
    private void split(long watermarkMillis) {
        var due = new ArrayList<T>(rows.size());
        for (T row : rows) {
            (eventTimeMillis.applyAsLong(row) > watermarkMillis ? rest : due).add(row);
        }
        rows = due;
    }
}
