package io.millrace.benchmarks;

import io.millrace.record.Event;
import io.millrace.record.EventTypeInfo;
import io.millrace.record.Origin;
import io.millrace.spec.PipelineSpec;
import io.millrace.spec.StreamSpec;
import java.io.Serializable;
import java.time.Instant;
import java.util.Objects;
import java.util.SplittableRandom;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Transactions of customers at terminals, and a label for each a week later: rows of the published
 * benchmark's shape, made in the source, in event-time order.
 *
 * <p>Row i is a function of i. Transactions are equally far apart, such that a customer has 51 of
 * them in 30 days on average (the published benchmark: 58). A week is an odd number of half steps,
 * so each label lies in the middle between two transactions and no two rows share an event time.
 *
 * @param customers how many customers there are, and half as many as there are terminals: an odd
 *     multiple of 8
 * @param hotShare the share of the transactions that one customer makes at one terminal
 * @param compression how many times faster event time passes: with 720, what happens in 30 days
 *     happens in an hour
 */
record Traffic(int customers, double hotShare, int compression) implements Serializable {
    private static final long START_MILLIS = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();

    /** Half the time between two transactions, if there were but one customer. */
    private static final long HALF_STEP_MILLIS = 25_600_000;

    /** In half steps: 7 days over {@link #HALF_STEP_MILLIS} is 189 / 8. */
    private static final long LABEL_DELAY_NUMERATOR = 189;

    private static final long LABEL_DELAY_DENOMINATOR = 8;

    /** After so many days the longest window over labels is full: 30 after the first label. */
    private static final long HISTORY_DAYS = 37;

    private static final long DAY_MILLIS = 86_400_000;

    /** The watermark of a live job passes many rows at once too. */
    private static final int ROWS_PER_WATERMARK = 64;

    /** As many bytes as such a transaction has in JSON: the original travels with the event. */
    private static final int ORIGINAL_BYTES = 130;

    private static final double FRAUD_SHARE = 0.01;

    /** The transactions and their labels, each in event-time order. */
    record Rows(DataStream<Event> transactions, DataStream<Event> labels) {}

    /** How many transactions pass until every window is full. */
    long historyRows() {
        return HISTORY_DAYS * DAY_MILLIS * customers / (2 * HALF_STEP_MILLIS);
    }

    /**
     * Attaches the source.
     *
     * @param columns declares the columns of transactions and labels
     * @param transactions how many there are
     */
    Rows attach(StreamExecutionEnvironment env, PipelineSpec columns, long transactions) {
        var labelled = Objects.requireNonNull(columns.labels()).stream();
        var labels = new OutputTag<>("labels", EventTypeInfo.of(rowType(labelled)));
        var rows =
                env.fromSource(
                                new NumberSequenceSource(0, transactions - 1),
                                WatermarkStrategy.forGenerator(context -> new BehindRows()),
                                "numbers")
                        .uid("numbers")
                        .process(new MakeRows(this, labels))
                        .returns(EventTypeInfo.of(rowType(columns.events().stream())))
                        .uid("rows");
        return new Rows(rows, rows.getSideOutput(labels));
    }

    static RowType rowType(StreamSpec stream) {
        return new RowType(
                stream.columns().stream()
                        .map(column -> new RowType.RowField(column.name(), column.type()))
                        .toList());
    }

    private long timeMillis(long halfSteps) {
        return START_MILLIS + halfSteps * HALF_STEP_MILLIS / ((long) customers * compression);
    }

    /** The half step of a transaction. */
    private static long halfStep(long transaction) {
        return 2 * transaction;
    }

    /** The transaction whose label lies half a step before the given one; negative: none. */
    private long labelledBefore(long transaction) {
        long delay = customers * LABEL_DELAY_NUMERATOR / LABEL_DELAY_DENOMINATOR;
        return (halfStep(transaction) - 1 - delay) / 2;
    }

    private Event transaction(long id) {
        var random = new SplittableRandom(id);
        boolean isHot = random.nextDouble() < hotShare;
        long customer = isHot ? 0 : random.nextInt(customers);
        long terminal = isHot ? 0 : random.nextInt(2 * customers);
        long cents = 100L + random.nextInt(20_000);
        long timeMillis = timeMillis(halfStep(id));
        return event(
                "transactions",
                id,
                timeMillis,
                GenericRowData.of(
                        id,
                        TimestampData.fromEpochMillis(timeMillis),
                        customer,
                        terminal,
                        DecimalData.fromUnscaledLong(cents, 10, 2)));
    }

    /** The label of a transaction, half a step before the transaction that is made next. */
    private Event label(long id, long nextTransaction) {
        var random = new SplittableRandom(id);
        boolean isHot = random.nextDouble() < hotShare;
        long customer = isHot ? 0 : random.nextInt(customers);
        long terminal = isHot ? 0 : random.nextInt(2 * customers);
        boolean isFraud = random.nextDouble() < FRAUD_SHARE;
        long timeMillis = timeMillis(halfStep(nextTransaction) - 1);
        return event(
                "labels",
                id,
                timeMillis,
                GenericRowData.of(
                        id,
                        TimestampData.fromEpochMillis(timeMillis),
                        customer,
                        terminal,
                        isFraud));
    }

    private static Event event(String topic, long id, long timeMillis, GenericRowData row) {
        var origin = new Origin(topic, 0, id, timeMillis, null, new byte[ORIGINAL_BYTES]);
        return new Event(origin, Long.toString(id), timeMillis, row);
    }

    /** Makes of a number the transaction of that number and the label that is known before it. */
    private static final class MakeRows extends ProcessFunction<Long, Event> {
        private static final long serialVersionUID = 1L;

        private final Traffic traffic;
        private final OutputTag<Event> labels;

        MakeRows(Traffic traffic, OutputTag<Event> labels) {
            this.traffic = traffic;
            this.labels = labels;
        }

        @Override
        public void processElement(Long number, Context context, Collector<Event> out) {
            long labelled = traffic.labelledBefore(number);
            if (labelled >= 0) {
                context.output(labels, traffic.label(labelled, number));
            }
            out.collect(traffic.transaction(number));
        }
    }

    /** A watermark behind every so many rows, at the newest of them. */
    private final class BehindRows implements WatermarkGenerator<Long> {

        @Override
        public void onEvent(Long number, long timestamp, WatermarkOutput output) {
            if (number % ROWS_PER_WATERMARK == 0) {
                output.emitWatermark(new Watermark(timeMillis(halfStep(number))));
            }
        }

        @Override
        public void onPeriodicEmit(WatermarkOutput output) {
            // By rows alone.
        }
    }
}
