package io.millrace.spec;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The feature view.
 *
 * @param view the view's name and version, {@code card-fraud/1}
 * @param order when an event is answered
 * @param vector the features in the order that the model declares
 */
public record FeaturesSpec(String view, Order order, List<FeatureSpec> vector) {

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
    }

    /**
     * A number computed from the event alone.
     *
     * @param expression a CEL expression over the columns and {@code event_time}; a number or a
     *     boolean (1 or 0)
     */
    public record ExpressionSpec(String name, String expression) implements FeatureSpec {}

    /**
     * A number computed from the past of an entity, over the event-time window {@code (t - delay -
     * window, t - delay]}.
     *
     * @param entity whose past
     * @param from the rows that are aggregated
     * @param of the aggregated column; null for {@link Aggregate#COUNT}
     * @param missing what an empty window says where the aggregate has no value of its own; NaN is
     *     missing
     */
    public record WindowSpec(
            String name,
            String entity,
            From from,
            Aggregate aggregate,
            @Nullable String of,
            Duration window,
            Duration delay,
            double missing)
            implements FeatureSpec {}

    /** Whose rows a window holds. */
    public enum From {
        EVENTS,
        LABELS
    }

    /** What a window says of its rows. */
    public enum Aggregate {
        COUNT,
        SUM,
        AVG
    }
}
