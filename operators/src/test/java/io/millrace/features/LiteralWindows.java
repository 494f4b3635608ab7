package io.millrace.features;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.record.Event;
import io.millrace.record.Origin;
import io.millrace.spec.ColumnSpec;
import io.millrace.spec.FeaturesSpec.Aggregate;
import io.millrace.spec.FeaturesSpec.Current;
import io.millrace.spec.FeaturesSpec.From;
import io.millrace.spec.FeaturesSpec.WindowSpec;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.BooleanType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.DoubleType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.VarCharType;
import org.jspecify.annotations.Nullable;

/**
 * What windows say by their definition: all rows are kept, and every window looks at each of them.
 * The reference that the windows of the stage are compared with.
 */
final class LiteralWindows {
    static final String LABEL_ID = "event_id";

    /** The columns of events and of labels alike. */
    static final List<ColumnSpec> COLUMNS =
            List.of(
                    new ColumnSpec("customer_id", new BigIntType(false)),
                    new ColumnSpec("amount", new DecimalType(true, 10, 2)),
                    new ColumnSpec("speed", new DoubleType(true)),
                    new ColumnSpec("items", new IntType(false)),
                    new ColumnSpec("channel", new VarCharType(true, 20)),
                    new ColumnSpec("online", new BooleanType(true)),
                    new ColumnSpec(LABEL_ID, new BigIntType(true)));

    /** What numbers are made of, and what each is of a row; null where it is unknown. */
    static final Map<String, Function<Row, @Nullable BigDecimal>> NUMBERS =
            Map.of(
                    "amount", row -> row.amount,
                    "speed", row -> row.speed == null ? null : new BigDecimal(row.speed),
                    "items", row -> BigDecimal.valueOf(row.items),
                    "online", row -> row.online == null ? null : bit(row.online),
                    "items > 2", row -> bit(row.items > 2),
                    "amount * 0.1",
                            row ->
                                    row.amount == null
                                            ? null
                                            : new BigDecimal(row.amount.doubleValue() * 0.1));

    /** Conditions, and whether a row is known to meet each. */
    static final Map<String, Function<Row, Boolean>> CONDITIONS =
            Map.of(
                    "online", row -> Boolean.TRUE.equals(row.online),
                    "amount > 10.0", row -> row.amount != null && row.amount.doubleValue() > 10,
                    "channel == 'web'", row -> "web".equals(row.channel),
                    "items % 2 == 0 || online",
                            row -> row.items % 2 == 0 || Boolean.TRUE.equals(row.online));

    /**
     * A row of either stream.
     *
     * @param labelled of a label, the event that it is about; null where it does not say
     */
    record Row(
            boolean isLabel,
            long customer,
            long timeMillis,
            @Nullable BigDecimal amount,
            @Nullable Double speed,
            int items,
            @Nullable String channel,
            @Nullable Boolean online,
            @Nullable Long labelled) {

        Event toEvent(long offset) {
            var topic = isLabel ? "labels" : "events";
            var row =
                    GenericRowData.of(
                            customer,
                            amount == null ? null : DecimalData.fromBigDecimal(amount, 10, 2),
                            speed,
                            items,
                            StringData.fromString(channel),
                            online,
                            labelled);
            var origin = new Origin(topic, 0, offset, timeMillis, null, new byte[] {1});
            return new Event(origin, topic + "-" + offset, timeMillis, row);
        }

        /** Whether this label, which is known, takes the place of another one. */
        boolean corrects(Row other) {
            return labelled != null && labelled.equals(other.labelled);
        }

        @Nullable Object identity(String of) {
            if (of.equals("channel")) {
                return channel;
            }
            var number = number(of);
            return number == null ? null : number.stripTrailingZeros();
        }

        @Nullable BigDecimal number(String of) {
            return Objects.requireNonNull(NUMBERS.get(of)).apply(this);
        }
    }

    private LiteralWindows() {}

    private static BigDecimal bit(boolean condition) {
        return condition ? BigDecimal.ONE : BigDecimal.ZERO;
    }

    /**
     * What windows say of the newest row.
     *
     * @param rows all rows of the entity so far, in the order of processing; the last one is the
     *     event
     */
    static double[] answer(List<WindowSpec> windows, List<Row> rows) {
        return windows.stream().mapToDouble(window -> answer(window, rows)).toArray();
    }

    /** Whether an event is refused: a ratio to next to nothing may be beyond all doubles. */
    static boolean isRefused(double[] literally) {
        return Arrays.stream(literally).anyMatch(Double::isInfinite);
    }

    /** Two answers are the same to the bit, but for a root, which the reference rounds once. */
    static void assertSame(List<WindowSpec> windows, double[] actual, double[] literally) {
        assertThat(actual).hasSameSizeAs(literally);
        for (int slot = 0; slot < literally.length; slot++) {
            var aggregate = windows.get(slot).aggregate();
            boolean isRoot = aggregate == Aggregate.STDDEV || aggregate == Aggregate.Z_SCORE;
            double tolerance = isRoot ? 4 * Math.ulp(literally[slot]) : 0;
            if (!(Math.abs(actual[slot] - literally[slot]) <= tolerance)) {
                assertThat((Double) actual[slot])
                        .as("%s", windows.get(slot))
                        .isEqualTo((Double) literally[slot]);
            }
        }
    }

    private static double answer(WindowSpec window, List<Row> rows) {
        int last = rows.size() - 1;
        Row current = rows.get(last);
        long right = current.timeMillis - window.delay().toMillis();
        long left = right - window.window().toMillis();
        boolean overLabels = window.from() == From.LABELS;
        boolean excludesCurrent =
                window.current() == Current.EXCLUDE
                        || window.aggregate() == Aggregate.TIME_SINCE_LAST;
        var known = new ArrayList<Row>();
        for (int i = 0; i <= last; i++) {
            Row row = rows.get(i);
            if (row.isLabel == overLabels
                    && row.timeMillis <= right
                    && !(i == last && excludesCurrent)) {
                known.add(row);
            }
        }
        known.sort(Comparator.comparingLong(Row::timeMillis));
        var inside = overLabels ? uncorrected(known) : known;
        inside.removeIf(
                row ->
                        row.timeMillis <= left
                                || (window.where() != null && !holds(window.where(), row)));
        double value = value(window, inside, current);
        return Double.isNaN(value) ? window.missing() : value;
    }

    /** Of the labels of each event the last one. */
    private static List<Row> uncorrected(List<Row> labels) {
        var newest = new ArrayList<Row>();
        for (Row label : labels) {
            newest.removeIf(label::corrects);
            newest.add(label);
        }
        return newest;
    }

    private static boolean holds(String where, Row row) {
        return Objects.requireNonNull(CONDITIONS.get(where)).apply(row);
    }

    private static double value(WindowSpec window, List<Row> rows, Row current) {
        String of = window.of();
        if (of == null) {
            return switch (window.aggregate()) {
                case COUNT -> rows.size();
                case TIME_SINCE_LAST ->
                        rows.isEmpty()
                                ? Double.NaN
                                : (current.timeMillis - rows.get(rows.size() - 1).timeMillis)
                                        / 1000.0;
                default -> throw new IllegalArgumentException(window + " needs a column");
            };
        }
        var identities =
                rows.stream().map(row -> row.identity(of)).filter(Objects::nonNull).toList();
        if (window.aggregate() == Aggregate.DISTINCT) {
            return identities.stream().distinct().count();
        }
        if (window.aggregate() == Aggregate.MOST_FREQUENT_SHARE) {
            return mostFrequentShare(identities, window.rank());
        }
        if (window.aggregate() == Aggregate.SHARE_OF_CURRENT) {
            var own = current.identity(of);
            return own == null
                    ? Double.NaN
                    : (double) Collections.frequency(identities, own) / identities.size();
        }
        var values = rows.stream().map(row -> row.number(of)).filter(Objects::nonNull).toList();
        var sum = values.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
        int n = values.size();
        if (window.aggregate() == Aggregate.SUM) {
            return sum.doubleValue();
        }
        if (n == 0) {
            return Double.NaN;
        }
        var own = current.number(of);
        double mean = sum.doubleValue() / n;
        double x = own == null ? Double.NaN : own.doubleValue();
        return switch (window.aggregate()) {
            case AVG -> mean;
            case MIN -> values.stream().min(BigDecimal::compareTo).orElseThrow().doubleValue();
            case MAX -> values.stream().max(BigDecimal::compareTo).orElseThrow().doubleValue();
            case STDDEV -> deviation(values, sum);
            case FIRST -> values.get(0).doubleValue();
            case LAST -> values.get(n - 1).doubleValue();
            case MOST_FREQUENT -> mostFrequent(values, window.rank());
            case RATIO -> mean == 0 ? Double.NaN : x / mean;
            case Z_SCORE -> {
                double deviation = deviation(values, sum);
                yield deviation == 0 ? Double.NaN : (x - mean) / deviation;
            }
            case COUNT, SUM, DISTINCT, MOST_FREQUENT_SHARE, SHARE_OF_CURRENT, TIME_SINCE_LAST ->
                    throw new IllegalArgumentException(window.toString());
        };
    }

    private static double deviation(List<BigDecimal> values, BigDecimal sum) {
        int n = values.size();
        if (n < 2) {
            return Double.NaN;
        }
        var precise = new MathContext(60);
        var mean = sum.divide(BigDecimal.valueOf(n), new MathContext(800));
        var squares =
                values.stream()
                        .map(value -> value.subtract(mean).pow(2))
                        .reduce(BigDecimal.ZERO, BigDecimal::add);
        return squares.divide(BigDecimal.valueOf(n - 1), precise).sqrt(precise).doubleValue();
    }

    private static double mostFrequentShare(List<Object> values, int rank) {
        return values.stream()
                .distinct()
                .map(value -> Collections.frequency(values, value))
                .sorted(Comparator.reverseOrder())
                .skip(rank - 1)
                .mapToDouble(count -> (double) count / values.size())
                .findFirst()
                .orElse(Double.NaN);
    }

    private static double mostFrequent(List<BigDecimal> values, int rank) {
        var counts = new HashMap<BigDecimal, Integer>();
        values.forEach(value -> counts.merge(value.stripTrailingZeros(), 1, Integer::sum));
        return counts.entrySet().stream()
                .sorted(
                        Map.Entry.<BigDecimal, Integer>comparingByValue()
                                .reversed()
                                .thenComparing(Map.Entry.comparingByKey()))
                .skip(rank - 1)
                .mapToDouble(entry -> entry.getKey().doubleValue())
                .findFirst()
                .orElse(Double.NaN);
    }
}
