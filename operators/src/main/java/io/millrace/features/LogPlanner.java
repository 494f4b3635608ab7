package io.millrace.features;

import io.millrace.spec.ColumnSpec;
import io.millrace.spec.FeaturesSpec.Current;
import io.millrace.spec.FeaturesSpec.WindowSpec;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds out which columns and which indexes a log needs for its windows, each once, however many
 * windows share it.
 */
final class LogPlanner {
    private final List<ColumnSpec> declared;
    private final List<ColumnReader> columns = new ArrayList<>();
    private final List<Selection.Plan> selections = new ArrayList<>();
    private final List<RunningTotals.Plan> totals = new ArrayList<>();
    private final List<RangeExtremes.Plan> extremes = new ArrayList<>();
    private final List<ValueCounts.Plan> counts = new ArrayList<>();
    private final List<DistinctValues.Plan> distinct = new ArrayList<>();
    private final int labelled;

    /**
     * @param declared the stream's columns
     * @param labelId of labels, the column that holds the id of the labelled event; null of events
     */
    LogPlanner(List<ColumnSpec> declared, @Nullable String labelId) {
        this.declared = declared;
        this.labelled =
                labelId == null
                        ? Selection.NONE
                        : column(ColumnReader.ofLabelled(labelId, declared));
    }

    /** What the log keeps of each row. */
    List<ColumnReader> columns() {
        return columns;
    }

    IndexPlan indexes() {
        return new IndexPlan(selections, totals, extremes, counts, distinct, labelled);
    }

    /** What a window says, of columns and indexes that are then planned. */
    Aggregation aggregation(WindowSpec window) {
        return switch (window.aggregate()) {
            case COUNT -> new Aggregation.Count(rows(window));
            case SUM -> sum(number(window));
            case AVG -> mean(number(window));
            case MIN -> extreme(number(window), false);
            case MAX -> extreme(number(window), true);
            case STDDEV -> deviation(number(window));
            case FIRST -> new Aggregation.First(number(window));
            case LAST -> new Aggregation.Last(number(window));
            case DISTINCT -> {
                var plan =
                        new DistinctValues.Plan(
                                followed(identity(window), window), window.exactTo());
                yield new Aggregation.Distinct(place(plan, distinct));
            }
            case MOST_FREQUENT -> {
                var number = number(window);
                yield new Aggregation.MostFrequent(
                        valueCounts(number, window, true), number, window.rank());
            }
            case MOST_FREQUENT_SHARE -> {
                var identity = identity(window);
                yield new Aggregation.MostFrequentShare(
                        valueCounts(identity, window, true),
                        new Aggregation.Count(identity.selection()),
                        window.rank());
            }
            case SHARE_OF_CURRENT -> {
                var identity = identity(window);
                yield new Aggregation.ShareOfCurrent(
                        valueCounts(identity, window, false),
                        new Aggregation.Count(identity.selection()),
                        ownIdentity(window));
            }
            case TIME_SINCE_LAST -> new Aggregation.SinceLast(rows(window));
            case RATIO -> new Aggregation.Ratio(own(window), mean(number(window)));
            case Z_SCORE -> {
                var number = number(window);
                yield new Aggregation.ZScore(own(window), mean(number), deviation(number));
            }
        };
    }

    /** The rows that a window counts, whatever their values. */
    private int rows(WindowSpec window) {
        return selection(Selection.NONE, conditions(window.where()));
    }

    private KeptNumber number(WindowSpec window) {
        String of = of(window);
        return kept(ColumnReader.ofNumber(of, declared), of, window.where());
    }

    /** The event's own value, which is compared whether or not the event meets the condition. */
    private KeptNumber own(WindowSpec window) {
        String of = of(window);
        return kept(ColumnReader.ofNumber(of, declared), of, null);
    }

    private KeptNumber identity(WindowSpec window) {
        String of = of(window);
        return kept(ColumnReader.ofIdentity(of, declared), of, window.where());
    }

    private KeptNumber ownIdentity(WindowSpec window) {
        String of = of(window);
        return kept(ColumnReader.ofIdentity(of, declared), of, null);
    }

    private KeptNumber kept(ColumnReader reader, String of, @Nullable String where) {
        int column = column(reader);
        var conditions = conditions(where);
        if (ColumnReader.needsPresence(reader, of, declared)) {
            conditions.add(column(ColumnReader.ofPresence(of, declared)));
        }
        int selection = selection(reader.isFloating() ? column : Selection.NONE, conditions);
        return new KeptNumber(column, reader.isFloating(), reader.digits(), selection);
    }

    private Aggregation.Sum sum(KeptNumber number) {
        return new Aggregation.Sum(totals(number, 1));
    }

    private Aggregation.Mean mean(KeptNumber number) {
        return new Aggregation.Mean(sum(number), new Aggregation.Count(number.selection()));
    }

    private Aggregation.Deviation deviation(KeptNumber number) {
        return new Aggregation.Deviation(
                totals(number, 1),
                totals(number, 2),
                new Aggregation.Count(number.selection()),
                number.digits());
    }

    private Aggregation.Extreme extreme(KeptNumber number, boolean largest) {
        var plan = new RangeExtremes.Plan(number.column(), largest, number.selection());
        return new Aggregation.Extreme(place(plan, extremes), number);
    }

    private int totals(KeptNumber number, int power) {
        return place(
                new RunningTotals.Plan(number.column(), number.digits(), power, number.selection()),
                totals);
    }

    private int valueCounts(KeptNumber values, WindowSpec window, boolean isRanked) {
        return place(new ValueCounts.Plan(followed(values, window), isRanked), counts);
    }

    private static WindowValues.Followed followed(KeptNumber values, WindowSpec window) {
        return new WindowValues.Followed(
                values.column(),
                values.selection(),
                window.window().toMillis(),
                window.delay().toMillis(),
                window.current() == Current.EXCLUDE);
    }

    private int selection(int number, List<Integer> conditions) {
        return place(new Selection.Plan(number, conditions), selections);
    }

    private List<Integer> conditions(@Nullable String where) {
        var conditions = new ArrayList<Integer>();
        if (where != null) {
            conditions.add(column(ColumnReader.ofCondition(where, declared)));
        }
        return conditions;
    }

    private int column(ColumnReader reader) {
        for (int index = 0; index < columns.size(); index++) {
            if (columns.get(index).name().equals(reader.name())) {
                return index;
            }
        }
        columns.add(reader);
        return columns.size() - 1;
    }

    private static <T> int place(T plan, List<T> plans) {
        int index = plans.indexOf(plan);
        if (index < 0) {
            plans.add(plan);
            return plans.size() - 1;
        }
        return index;
    }

    private static String of(WindowSpec window) {
        String of = window.of();
        if (of == null) {
            throw new IllegalArgumentException(
                    "%s aggregates nothing; %s must be of a column"
                            .formatted(window.name(), window.aggregate()));
        }
        return of;
    }
}
