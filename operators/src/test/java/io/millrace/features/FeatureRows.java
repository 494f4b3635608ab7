package io.millrace.features;

import io.millrace.record.Event;
import io.millrace.record.Origin;
import io.millrace.spec.ColumnSpec;
import io.millrace.spec.FeaturesSpec.Aggregate;
import io.millrace.spec.FeaturesSpec.ExpressionSpec;
import io.millrace.spec.FeaturesSpec.FeatureSpec;
import io.millrace.spec.FeaturesSpec.From;
import io.millrace.spec.FeaturesSpec.Order;
import io.millrace.spec.FeaturesSpec.WindowSpec;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.BooleanType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.RowType;
import org.jspecify.annotations.Nullable;

/** A small world of customers, terminals, amounts and labels, for tests. */
final class FeatureRows {
    static final String LABEL_ID = "transaction_id";

    static final List<ColumnSpec> EVENT_COLUMNS =
            List.of(
                    new ColumnSpec("customer_id", new BigIntType(true)),
                    new ColumnSpec("terminal_id", new BigIntType(false)),
                    new ColumnSpec("amount", new DecimalType(false, 10, 2)));
    static final List<ColumnSpec> LABEL_COLUMNS =
            List.of(
                    new ColumnSpec("customer_id", new BigIntType(false)),
                    new ColumnSpec("terminal_id", new BigIntType(false)),
                    new ColumnSpec("fraud", new BooleanType(false)),
                    new ColumnSpec(LABEL_ID, new BigIntType(true)));

    private FeatureRows() {}

    static RowType rowType(List<ColumnSpec> columns) {
        return new RowType(
                columns.stream()
                        .map(column -> new RowType.RowField(column.name(), column.type()))
                        .toList());
    }

    static Event event(long offset, long timeMillis, long customer, long terminal, String amount) {
        return event(0, offset, timeMillis, customer, terminal, amount);
    }

    static Event event(
            int partition,
            long offset,
            long timeMillis,
            long customer,
            long terminal,
            String amount) {
        var cents = DecimalData.fromBigDecimal(new BigDecimal(amount), 10, 2);
        return row(
                "events",
                partition,
                offset,
                timeMillis,
                GenericRowData.of(customer, terminal, cents));
    }

    /** A label of an event of its own. */
    static Event label(long offset, long timeMillis, long customer, long terminal, boolean fraud) {
        return label(offset, timeMillis, customer, terminal, fraud, offset);
    }

    /** A label of the given event. */
    static Event label(
            long offset,
            long timeMillis,
            long customer,
            long terminal,
            boolean fraud,
            @Nullable Long labelled) {
        return row(
                "labels",
                0,
                offset,
                timeMillis,
                GenericRowData.of(customer, terminal, fraud, labelled));
    }

    private static Event row(
            String topic, int partition, long offset, long timeMillis, GenericRowData row) {
        var origin = new Origin(topic, partition, offset, timeMillis, null, new byte[] {1, 2});
        return new Event(origin, topic + "-" + partition + "-" + offset, timeMillis, row);
    }

    static FeatureConfig config(Order order, Duration allowedLateness, FeatureSpec... vector) {
        return config(order, allowedLateness, EVENT_COLUMNS, vector);
    }

    static FeatureConfig config(
            Order order,
            Duration allowedLateness,
            List<ColumnSpec> eventColumns,
            FeatureSpec... vector) {
        Map<String, List<String>> entities = new LinkedHashMap<>();
        entities.put("customer", List.of("customer_id"));
        entities.put("terminal", List.of("terminal_id"));
        entities.put("pair", List.of("customer_id", "terminal_id"));
        return new FeatureConfig(
                order,
                allowedLateness.toMillis(),
                entities,
                eventColumns,
                LABEL_COLUMNS,
                LABEL_ID,
                List.of(vector));
    }

    static ExpressionSpec expression(String name, String expression) {
        return new ExpressionSpec(name, expression);
    }

    static WindowSpec count(String entity, From from, long windowMillis) {
        return window(entity, from, Aggregate.COUNT, windowMillis, 0, Double.NaN);
    }

    static WindowSpec sum(String entity, From from, long windowMillis) {
        return window(entity, from, Aggregate.SUM, windowMillis, 0, Double.NaN);
    }

    static WindowSpec average(String entity, From from, long windowMillis, double missing) {
        return window(entity, from, Aggregate.AVG, windowMillis, 0, missing);
    }

    static WindowSpec window(
            String entity,
            From from,
            Aggregate aggregate,
            long windowMillis,
            long delayMillis,
            double missing) {
        String column = from == From.EVENTS ? "amount" : "fraud";
        return new WindowSpec(
                "%s_%s_%s_%d_%d".formatted(entity, from, aggregate, windowMillis, delayMillis),
                entity,
                from,
                aggregate,
                aggregate == Aggregate.COUNT ? null : column,
                Duration.ofMillis(windowMillis),
                Duration.ofMillis(delayMillis),
                missing);
    }
}
