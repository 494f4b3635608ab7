package io.millrace.features;

import static io.millrace.features.FeatureRows.average;
import static io.millrace.features.FeatureRows.count;
import static io.millrace.features.FeatureRows.event;
import static io.millrace.features.FeatureRows.expression;
import static io.millrace.features.FeatureRows.label;
import static io.millrace.features.FeatureRows.sum;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.record.DeadLetter;
import io.millrace.record.Event;
import io.millrace.record.EventTypeInfo;
import io.millrace.record.FeatureVector;
import io.millrace.spec.ColumnSpec;
import io.millrace.spec.FeaturesSpec.FeatureSpec;
import io.millrace.spec.FeaturesSpec.From;
import io.millrace.spec.FeaturesSpec.Order;
import io.millrace.spec.FeaturesSpec.WindowSpec;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.data.GenericRowData;
import org.junit.jupiter.api.Test;

// Results may be interrupted while they close, and javac warns of that at each use.
@SuppressWarnings("try")
class FeatureStageITCase {
    private static final int DISORDER_MILLIS = 300;

    /** How many events have labels. */
    private static final int LABELLED = 50;

    private static final FeatureSpec[] VECTOR = {
        average("terminal", From.LABELS, 5_000, 0),
        expression("AMOUNT", "amount"),
        count("customer", From.EVENTS, 1_000),
        average("customer", From.EVENTS, 4_000, Double.NaN),
        sum("customer", From.EVENTS, 700),
        count("terminal", From.LABELS, 2_000),
        count("terminal", From.EVENTS, 3_000),
        count("customer", From.LABELS, 900),
        sum("pair", From.EVENTS, 9_000),
        count("pair", From.LABELS, 9_000)
    };

    @Test
    void inEventTimeOrderEveryParallelismSaysWhatTheRowsSay() throws Exception {
        var events = events(2_000);
        var labels = labels(2_000);
        var expected = literally(events, labels);
        for (int parallelism : new int[] {1, 2, 4}) {
            var stage =
                    new FeatureStage(FeatureRows.config(Order.EVENT_TIME, Duration.ZERO, VECTOR));
            assertSame(vectors(stage, strict(parallelism), events, labels), expected);
        }
    }

    @Test
    void aHistorySaysTheSame() throws Exception {
        var events = events(2_000);
        var labels = labels(2_000);
        var env = strict(2);
        env.setRuntimeMode(RuntimeExecutionMode.BATCH);
        var stage =
                FeatureStage.ofHistory(
                        FeatureRows.config(Order.ARRIVAL, Duration.ZERO, VECTOR), Ties.SOURCE);
        assertSame(vectors(stage, env, events, labels), literally(events, labels));
    }

    private static void assertSame(List<FeatureVector> vectors, List<double[]> expected) {
        assertThat(vectors).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            assertThat(vectors.get(i).origin().offset()).isEqualTo(i);
            assertThat(vectors.get(i).values()).as("event %d", i).isEqualTo(expected.get(i));
        }
    }

    @Test
    void withoutWindowsAVectorLeavesAtOnceAndWithoutAKey() throws Exception {
        var env = strict(2);
        var stage =
                new FeatureStage(
                        FeatureRows.config(
                                Order.ARRIVAL, Duration.ZERO, expression("AMOUNT", "amount")));
        assertThat(stage.readsLabels()).isFalse();
        var events = List.of(event(0, 5, 42, 1, "12.34"), event(1, 4, 43, 1, "0.10"));
        var featured = stage.attach(stream(env, "events", events, FeatureRows.EVENT_COLUMNS), null);
        assertThat(env.getStreamGraph(false).getJobGraph().getVerticesAsArray())
                .as("one chain after the source")
                .hasSizeLessThanOrEqualTo(2);
        var vectors = new ArrayList<FeatureVector>();
        try (var results = featured.vectors().executeAndCollect()) {
            results.forEachRemaining(vectors::add);
        }
        vectors.sort(Comparator.comparing(vector -> vector.origin().offset()));
        assertThat(vectors).extracting(FeatureVector::entity).containsExactly("42", "43");
        assertThat(vectors.get(0).values()).containsExactly(12.34);
        assertThat(vectors.get(1).values()).containsExactly(0.10);
    }

    @Test
    void anEventWithoutItsEntityIsRefusedOnce() throws Exception {
        var env = strict(2);
        var row = event(1, 5, 42, 1, "12.34");
        var nobody =
                new Event(
                        row.origin(),
                        row.id(),
                        row.eventTimeMillis(),
                        GenericRowData.of(null, 1L, row.row().getDecimal(2, 10, 2)));
        var featured =
                new FeatureStage(FeatureRows.config(Order.EVENT_TIME, Duration.ZERO, VECTOR))
                        .attach(
                                stream(
                                        env,
                                        "events",
                                        List.of(row, nobody),
                                        FeatureRows.EVENT_COLUMNS),
                                stream(env, "labels", labels(2), FeatureRows.LABEL_COLUMNS));
        var refused = new ArrayList<DeadLetter>();
        try (var results = featured.deadLetters().executeAndCollect()) {
            results.forEachRemaining(refused::add);
        }
        assertThat(refused).hasSize(1);
        assertThat(refused.get(0).reason()).isEqualTo(DeadLetter.Reason.FEATURE_FAILED);
        assertThat(refused.get(0).stage()).isEqualTo("features");
        assertThat(refused.get(0).detail())
                .isEqualTo(
                        "customer_id is null; it must have a value, since features are about it");
    }

    @Test
    void anEventWhoseExpressionHasNoValueIsRefused() throws Exception {
        var env = strict(1);
        var stage =
                new FeatureStage(
                        FeatureRows.config(
                                Order.ARRIVAL,
                                Duration.ZERO,
                                expression("SHARE", "100 / terminal_id")));
        var events = List.of(event(0, 5, 42, 0, "12.34"), event(1, 5, 42, 1, "12.34"));
        var featured = stage.attach(stream(env, "events", events, FeatureRows.EVENT_COLUMNS), null);
        var refused = new ArrayList<DeadLetter>();
        try (var results = featured.deadLetters().executeAndCollect()) {
            results.forEachRemaining(refused::add);
        }
        assertThat(refused).hasSize(1);
        assertThat(refused.get(0).eventId()).isEqualTo("events-0-0");
        assertThat(refused.get(0).reason()).isEqualTo(DeadLetter.Reason.FEATURE_FAILED);
        assertThat(refused.get(0).detail()).contains("divides by zero");
    }

    @Test
    void windowsOverLabelsNeedLabels() {
        var env = strict(1);
        var stage = new FeatureStage(FeatureRows.config(Order.ARRIVAL, Duration.ZERO, VECTOR));
        assertThat(stage.readsLabels()).isTrue();
        var events = stream(env, "events", events(1), FeatureRows.EVENT_COLUMNS);
        assertThatThrownBy(() -> stage.attach(events, null))
                .hasMessage("a window is over labels; there must be labels");
    }

    private static List<FeatureVector> vectors(
            FeatureStage stage,
            StreamExecutionEnvironment env,
            List<Event> events,
            List<Event> labels)
            throws Exception {
        var featured =
                stage.attach(
                        stream(env, "events", events, FeatureRows.EVENT_COLUMNS),
                        stream(env, "labels", labels, FeatureRows.LABEL_COLUMNS));
        var vectors = new ArrayList<FeatureVector>();
        try (var results = featured.vectors().executeAndCollect()) {
            results.forEachRemaining(vectors::add);
        }
        vectors.sort(Comparator.comparing(vector -> vector.origin().offset()));
        return vectors;
    }

    private static StreamExecutionEnvironment strict(int parallelism) {
        var strict = new Configuration();
        strict.set(PipelineOptions.GENERIC_TYPES, false);
        strict.set(PipelineOptions.AUTO_GENERATE_UIDS, false);
        strict.set(PipelineOptions.OBJECT_REUSE, true);
        return StreamExecutionEnvironment.createLocalEnvironment(parallelism, strict);
    }

    private static DataStream<Event> stream(
            StreamExecutionEnvironment env,
            String name,
            List<Event> rows,
            List<ColumnSpec> columns) {
        return env.fromData(rows, EventTypeInfo.of(FeatureRows.rowType(columns)))
                .uid(name)
                .assignTimestampsAndWatermarks(
                        WatermarkStrategy.<Event>forBoundedOutOfOrderness(
                                        Duration.ofMillis(DISORDER_MILLIS))
                                .withTimestampAssigner((row, previous) -> row.eventTimeMillis()))
                .uid(name + "-watermarks");
    }

    /** Events of a few customers and terminals, out of order, many at one instant. */
    private static List<Event> events(int size) {
        var random = new Random(1);
        var events = new ArrayList<Event>();
        for (int i = 0; i < size; i++) {
            events.add(
                    event(
                            i,
                            timeMillis(i, random),
                            random.nextInt(20),
                            random.nextInt(10),
                            BigDecimal.valueOf(random.nextInt(100_000), 2).toPlainString()));
        }
        return events;
    }

    /** Most of events that have been labelled before. */
    private static List<Event> labels(int size) {
        var random = new Random(2);
        var labels = new ArrayList<Event>();
        for (int i = 0; i < size; i++) {
            labels.add(
                    label(
                            i,
                            timeMillis(i, random),
                            random.nextInt(20),
                            random.nextInt(10),
                            random.nextBoolean(),
                            (long) random.nextInt(LABELLED)));
        }
        return labels;
    }

    private static long timeMillis(int i, Random random) {
        return 50L * (i / 5) - random.nextInt(5) * 50L;
    }

    /** The vectors by the definition: every window row by row. */
    private static List<double[]> literally(List<Event> events, List<Event> labels) {
        return events.stream()
                .map(
                        event -> {
                            double[] values = new double[VECTOR.length];
                            for (int slot = 0; slot < VECTOR.length; slot++) {
                                values[slot] =
                                        VECTOR[slot] instanceof WindowSpec window
                                                ? literally(window, event, events, labels)
                                                : cents(event) / 100.0;
                            }
                            return values;
                        })
                .toList();
    }

    private static double literally(
            WindowSpec window, Event event, List<Event> events, List<Event> labels) {
        boolean overEvents = window.from() == From.EVENTS;
        long left = event.eventTimeMillis() - window.window().toMillis();
        var rows = overEvents ? before(event, window, events) : known(event, window, labels);
        long sum = 0;
        int count = 0;
        for (Event row : rows) {
            if (row.eventTimeMillis() > left) {
                sum += overEvents ? cents(row) : row.row().getBoolean(2) ? 1 : 0;
                count++;
            }
        }
        double units = overEvents ? sum / 100.0 : sum;
        return switch (window.aggregate()) {
            case COUNT -> count;
            case SUM -> units;
            case AVG -> count == 0 ? window.missing() : units / count;
            default -> throw new IllegalArgumentException(window.toString());
        };
    }

    /** The events of the same entity until this one; of one instant in the order of the source. */
    private static List<Event> before(Event event, WindowSpec window, List<Event> events) {
        return events.stream()
                .filter(row -> isOfEntity(row, event, window))
                .filter(
                        row ->
                                row.eventTimeMillis() < event.eventTimeMillis()
                                        || (row.eventTimeMillis() == event.eventTimeMillis()
                                                && row.origin().offset()
                                                        <= event.origin().offset()))
                .toList();
    }

    /** The newest label of each event that there is by then. */
    private static Collection<Event> known(Event event, WindowSpec window, List<Event> labels) {
        var newest = new HashMap<Long, Event>();
        for (Event label : labels) {
            if (label.eventTimeMillis() <= event.eventTimeMillis()
                    && isOfEntity(label, event, window)) {
                newest.merge(
                        label.row().getLong(3),
                        label,
                        (one, next) ->
                                next.eventTimeMillis() >= one.eventTimeMillis() ? next : one);
            }
        }
        return newest.values();
    }

    private static boolean isOfEntity(Event row, Event event, WindowSpec window) {
        boolean byCustomer = !window.entity().equals("terminal");
        boolean byTerminal = !window.entity().equals("customer");
        return (!byCustomer || row.row().getLong(0) == event.row().getLong(0))
                && (!byTerminal || row.row().getLong(1) == event.row().getLong(1));
    }

    private static long cents(Event event) {
        return event.row().getDecimal(2, 10, 2).toUnscaledLong();
    }
}
