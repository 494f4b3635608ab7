package io.millrace.record;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;

/**
 * What waits in keyed state, under the name {@code waiting}, until all of one event time is there:
 * two inputs, or two subtasks before them, may be ahead of each other.
 */
public final class WaitingByTime<T> {
    private final MapState<Long, List<T>> waiting;

    /** What waits for a function, of its present key. */
    public WaitingByTime(RuntimeContext context, Class<T> type) {
        waiting =
                context.getMapState(
                        new MapStateDescriptor<>(
                                "waiting", Types.LONG, Types.LIST(Types.POJO(type))));
    }

    /** Adds an element; whoever adds it sets a timer. */
    public void add(long timeMillis, T element) throws Exception {
        List<T> others = waiting.get(timeMillis);
        List<T> all = others == null ? new ArrayList<>() : others;
        all.add(element);
        waiting.put(timeMillis, all);
    }

    /**
     * All of a time, which wait no longer: a list of the caller's own, empty where there are none.
     */
    public List<T> take(long timeMillis) throws Exception {
        List<T> all = waiting.get(timeMillis);
        waiting.remove(timeMillis);
        return all == null ? new ArrayList<>() : new ArrayList<>(all);
    }
}
