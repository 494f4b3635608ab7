package io.millrace.jobs.parity;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Holds the two sides of each event id against each other, once all of its rows have been seen.
 * Counts what is equal to the bit and lets only the rest pass.
 */
final class CompareFunction extends KeyedProcessFunction<String, ParityRow, Difference> {
    private static final long serialVersionUID = 1L;

    static final String COMPARED = "compared";
    static final String EQUAL = "equal";

    private static final double[] NOTHING = {};

    private final boolean byCoordinates;
    private final LongCounter compared = new LongCounter();
    private final LongCounter equal = new LongCounter();

    private transient ListState<ParityRow> rows;

    /**
     * A comparison.
     *
     * @param byCoordinates whether both sides know where the event was read, so that copies of one
     *     event are told apart
     */
    CompareFunction(boolean byCoordinates) {
        this.byCoordinates = byCoordinates;
    }

    @Override
    public void open(OpenContext context) {
        rows =
                getRuntimeContext()
                        .getListState(
                                new ListStateDescriptor<>(
                                        "rows", TypeInformation.of(ParityRow.class)));
        getRuntimeContext().addAccumulator(COMPARED, compared);
        getRuntimeContext().addAccumulator(EQUAL, equal);
    }

    @Override
    public void processElement(ParityRow row, Context context, Collector<Difference> out)
            throws Exception {
        rows.add(row);
        // In batch mode: when the rows of this id have ended.
        context.timerService().registerEventTimeTimer(row.eventTimeMillis());
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<Difference> out)
            throws Exception {
        var logged = new ArrayList<ParityRow>();
        var computed = new ArrayList<ParityRow>();
        var causes = new ArrayList<String>();
        for (ParityRow row : rows.get()) {
            switch (row.kind()) {
                case LOGGED -> logged.add(row);
                case COMPUTED -> computed.add(row);
                case CAUSE -> causes.add(row.cause());
            }
        }
        rows.clear();
        for (ParityRow row : logged) {
            ParityRow other = takeCounterpart(row, computed);
            if (other == null) {
                out.collect(difference(row, row.values(), NOTHING, List.of()));
                continue;
            }
            compared.add(1);
            if (Difference.areSame(row.values(), other.values())) {
                equal.add(1);
            } else {
                out.collect(
                        difference(
                                row,
                                row.values(),
                                other.values(),
                                causes.stream().distinct().sorted().toList()));
            }
        }
        for (ParityRow row : computed) {
            out.collect(difference(row, NOTHING, row.values(), List.of()));
        }
    }

    private @Nullable ParityRow takeCounterpart(ParityRow row, List<ParityRow> others) {
        for (int i = 0; i < others.size(); i++) {
            ParityRow other = others.get(i);
            if (!byCoordinates
                    || (other.partition() == row.partition() && other.offset() == row.offset())) {
                return others.remove(i);
            }
        }
        return null;
    }

    private static Difference difference(
            ParityRow row, double[] logged, double[] computed, List<String> causes) {
        return new Difference(
                row.eventId(),
                row.eventTimeMillis(),
                row.partition(),
                row.offset(),
                logged,
                computed,
                causes);
    }
}
