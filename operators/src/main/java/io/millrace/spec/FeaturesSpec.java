package io.millrace.spec;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The feature view.
 *
 * @param view the view's name and version, {@code card-fraud/1}
 * @param order when an event is answered
 * @param historyFrom since when the topics are complete; null where nobody says so
 * @param features the features as they are declared, internal ones among them
 */
public record FeaturesSpec(
        String view, Order order, @Nullable Instant historyFrom, List<FeatureSpec> features) {

    /** The features that the model gets, in the order that it declares. */
    public List<FeatureSpec> vector() {
        return features.stream().filter(feature -> !feature.internal()).toList();
    }

    /** When an event is answered. */
    public enum Order {
        /** At once, with what has arrived. */
        ARRIVAL,
        /** In event-time order, once the watermark has passed. */
        EVENT_TIME
    }

    /** One named number. */
    public sealed interface FeatureSpec {
        String name();

        /** Whether only other features read it, so that the model does not get it. */
        boolean internal();
    }

    /**
     * A number computed from the event, and from other features of it.
     *
     * @param expression a CEL expression over the columns, {@code event_time} and earlier features;
     *     a number or a boolean (1 or 0)
     * @param features the features that it names; empty where it is of the event alone
     */
    public record ExpressionSpec(
            String name, String expression, List<String> features, boolean internal)
            implements FeatureSpec {

        public ExpressionSpec {
            features = List.copyOf(features);
        }

        /** Of the event alone, for the model. */
        public ExpressionSpec(String name, String expression) {
            this(name, expression, List.of(), false);
        }
    }

    /**
     * One element of a column of numbers.
     *
     * @param column an array of numbers, or the bytes of 32-bit floats, little-endian
     * @param index which element, from 0
     * @param size how many elements the column must have
     */
    public record ElementSpec(String name, String column, int index, int size, boolean internal)
            implements FeatureSpec {}

    /**
     * A number computed from the past of an entity, over the event-time window {@code (t - delay -
     * window, t - delay]}.
     *
     * @param entity whose past
     * @param from the rows that are aggregated
     * @param of what is aggregated of each row: a column, or a CEL expression over the columns;
     *     null for {@link Aggregate#COUNT} and {@link Aggregate#TIME_SINCE_LAST}
     * @param where a boolean CEL expression over the columns, which a row must meet to count; null
     *     where every row counts
     * @param current whether the event itself counts, where the window is over events
     * @param rank which of the {@link Aggregate#MOST_FREQUENT most frequent} values, 1 for the
     *     first
     * @param exactTo up to how many {@link Aggregate#DISTINCT different} values they are counted
     *     exactly; more are estimated
     * @param missing what the window says where the aggregate has no value; NaN is missing
     */
    public record WindowSpec(
            String name,
            String entity,
            From from,
            Aggregate aggregate,
            @Nullable String of,
            @Nullable String where,
            Duration window,
            Duration delay,
            Current current,
            int rank,
            int exactTo,
            double missing,
            boolean internal)
            implements FeatureSpec {
        /** The bound up to which different values are counted exactly, unless another is set. */
        public static final int EXACT_TO = 10_000;

        /** A window in which every row counts, the event itself among them. */
        public WindowSpec(
                String name,
                String entity,
                From from,
                Aggregate aggregate,
                @Nullable String of,
                Duration window,
                Duration delay,
                double missing) {
            this(
                    name,
                    entity,
                    from,
                    aggregate,
                    of,
                    null,
                    window,
                    delay,
                    Current.INCLUDE,
                    1,
                    EXACT_TO,
                    missing,
                    false);
        }
    }

    /** Whose rows a window holds. */
    public enum From {
        EVENTS,
        LABELS
    }

    /** Whether the event itself is among the rows of a window over events. */
    public enum Current {
        INCLUDE,
        EXCLUDE
    }

    /** What a window says of its rows. */
    public enum Aggregate {
        /** How many there are. */
        COUNT(Of.NOTHING, true),
        /** The sum of the values. */
        SUM(Of.NUMBER, true),
        /** Their mean. */
        AVG(Of.NUMBER, false),
        /** The smallest value. */
        MIN(Of.NUMBER, false),
        /** The largest value. */
        MAX(Of.NUMBER, false),
        /** The sample's standard deviation, which divides by n - 1. */
        STDDEV(Of.NUMBER, false),
        /** The oldest row's value. */
        FIRST(Of.NUMBER, false),
        /** The newest row's value. */
        LAST(Of.NUMBER, false),
        /** How many different values there are. */
        DISTINCT(Of.SCALAR, true),
        /** The value that most rows have; of several, the smallest. */
        MOST_FREQUENT(Of.NUMBER, false),
        /** The share of the values that are the most frequent one. */
        MOST_FREQUENT_SHARE(Of.SCALAR, false),
        /** The share of the values that are the event's own. */
        SHARE_OF_CURRENT(Of.SCALAR, false),
        /** How many seconds before the event the newest other row lies. */
        TIME_SINCE_LAST(Of.NOTHING, false),
        /** The event's own value, divided by the mean. */
        RATIO(Of.NUMBER, false),
        /** How many standard deviations the event's own value lies above the mean. */
        Z_SCORE(Of.NUMBER, false);

        /** What an aggregate is of. */
        enum Of {
            NOTHING,
            NUMBER,
            SCALAR
        }

        private final Of of;
        private final boolean zeroWhenEmpty;

        Aggregate(Of of, boolean zeroWhenEmpty) {
            this.of = of;
            this.zeroWhenEmpty = zeroWhenEmpty;
        }

        Of of() {
            return of;
        }

        /** Whether an empty window has the value 0, and so never lacks one. */
        public boolean isZeroWhenEmpty() {
            return zeroWhenEmpty;
        }

        /** Whether it compares the event's own value with the window's. */
        public boolean comparesCurrent() {
            return this == RATIO || this == Z_SCORE || this == SHARE_OF_CURRENT;
        }

        /** Whether it looks at one of the most frequent values. */
        boolean isRanked() {
            return this == MOST_FREQUENT || this == MOST_FREQUENT_SHARE;
        }
    }
}
