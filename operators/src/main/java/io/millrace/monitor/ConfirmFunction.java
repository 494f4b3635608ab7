package io.millrace.monitor;

import io.millrace.record.Alert;
import io.millrace.record.WaitingByTime;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Holds what labels tell of a model version and segment in Flink until all drift of that time is
 * known, and lets {@link Confirmation} look at it.
 */
final class ConfirmFunction extends KeyedCoProcessFunction<String, Alert, Alert, Alert> {
    private static final long serialVersionUID = 1L;

    private final long keepMillis;

    private transient Confirmation confirmation;
    private transient ValueState<List<DriftSpell>> spells;
    private transient WaitingByTime<Alert> waiting;

    /** Of each open incident that labels tell, the drift that it confirms, if any. */
    private transient MapState<String, String> confirmed;

    /**
     * @param keepMillis how long after an incident of drift labels may still tell of it
     */
    @SuppressWarnings("NullAway.Init") // set in open()
    ConfirmFunction(long keepMillis) {
        this.keepMillis = keepMillis;
    }

    /** Drift is of all routes: what labels tell of any of them may confirm it. */
    static String keyOf(Alert alert) {
        return "%s/%s/%s".formatted(alert.modelName(), alert.modelVersion(), alert.segment());
    }

    @Override
    public void open(OpenContext context) {
        confirmation = new Confirmation(keepMillis);
        spells =
                getRuntimeContext()
                        .getState(
                                new ValueStateDescriptor<>(
                                        "spells", Types.LIST(Types.POJO(DriftSpell.class))));
        waiting = new WaitingByTime<>(getRuntimeContext(), Alert.class);
        confirmed =
                getRuntimeContext()
                        .getMapState(
                                new MapStateDescriptor<>("confirmed", Types.STRING, Types.STRING));
    }

    private List<DriftSpell> known() throws Exception {
        List<DriftSpell> known = spells.value();
        return known == null ? List.of() : known;
    }

    @Override
    public void processElement1(Alert drift, Context context, Collector<Alert> out)
            throws Exception {
        if (drift.source() == Alert.Source.DRIFT) {
            spells.update(confirmation.see(known(), drift));
            context.timerService().registerEventTimeTimer(drift.windowEndMillis() + keepMillis + 1);
        }
    }

    @Override
    public void processElement2(Alert told, Context context, Collector<Alert> out)
            throws Exception {
        long at = context.timestamp();
        waiting.add(at, told);
        context.timerService().registerEventTimeTimer(at);
    }

    private void tell(Alert alert, Collector<Alert> out) throws Exception {
        String incident = alert.incident();
        Alert told = confirmation.look(known(), confirmed.get(incident), alert);
        if (told.state() == Alert.State.RESOLVED) {
            confirmed.remove(incident);
        } else if (!told.confirms().isEmpty()) {
            confirmed.put(incident, told.confirms());
        }
        out.collect(told);
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<Alert> out)
            throws Exception {
        for (Alert alert : waiting.take(timestamp)) {
            tell(alert, out);
        }
        List<DriftSpell> left = confirmation.left(known(), timestamp);
        if (left.isEmpty()) {
            spells.clear();
        } else {
            spells.update(left);
        }
    }
}
