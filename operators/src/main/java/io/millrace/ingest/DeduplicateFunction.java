package io.millrace.ingest;

import io.millrace.record.Duplicate;
import io.millrace.record.Event;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/** Keeps the accepted copies of each event id, and lets {@link Deduplication} decide. */
final class DeduplicateFunction extends KeyedProcessFunction<String, Event, Event> {
    private static final long serialVersionUID = 1L;

    private final Deduplication deduplication;

    private transient @Nullable MapState<String, List<Seen>> accepted;
    private transient IngestMetrics.@Nullable Copies metrics;

    DeduplicateFunction(Deduplication deduplication) {
        this.deduplication = deduplication;
    }

    @Override
    public void open(OpenContext context) {
        accepted =
                getRuntimeContext()
                        .getMapState(
                                new MapStateDescriptor<>(
                                        "accepted",
                                        Types.STRING,
                                        Types.LIST(TypeInformation.of(Seen.class))));
        metrics = new IngestMetrics.Copies(getRuntimeContext().getMetricGroup());
    }

    @Override
    public void processElement(Event event, Context context, Collector<Event> out)
            throws Exception {
        MapState<String, List<Seen>> state = Objects.requireNonNull(accepted);
        List<Seen> copies = state.get(event.id());
        Seen first = deduplication.firstCopy(copies, event.eventTimeMillis());
        if (first != null) {
            Objects.requireNonNull(metrics).duplicate();
            context.output(
                    Duplicate.TAG,
                    new Duplicate(event.origin(), event.id(), first.partition(), first.offset()));
            return;
        }
        var seen =
                new Seen(
                        event.eventTimeMillis(),
                        event.origin().partition(),
                        event.origin().offset());
        state.put(event.id(), Deduplication.accept(copies, seen));
        context.timerService().registerEventTimeTimer(deduplication.lookAt(seen));
        Objects.requireNonNull(metrics).first();
        out.collect(event);
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<Event> out)
            throws Exception {
        MapState<String, List<Seen>> state = Objects.requireNonNull(accepted);
        if (context.timerService().currentWatermark() == Long.MAX_VALUE) {
            // Event time has ended, and each timer of the key is due.
            state.clear();
            return;
        }
        Iterator<Map.Entry<String, List<Seen>>> ids = state.iterator();
        while (ids.hasNext()) {
            Map.Entry<String, List<Seen>> id = ids.next();
            List<Seen> remembered = deduplication.remembered(id.getValue(), timestamp);
            if (remembered.isEmpty()) {
                ids.remove();
            } else if (remembered.size() < id.getValue().size()) {
                id.setValue(remembered);
            }
        }
        // On the heap an emptied map would stay behind under its key.
        if (state.isEmpty()) {
            state.clear();
        }
    }
}
