package io.millrace.jobs.parity;

import java.util.ArrayDeque;
import java.util.ArrayList;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Names the rows of an entity that lie in an event's past and arrived after it. The rows of each
 * entity come sorted by event time, one entity after the other.
 */
final class OvertakenFunction extends KeyedProcessFunction<String, Arrival, ParityRow> {
    private static final long serialVersionUID = 1L;

    private static final int CAUSES = 3;

    private final long lookbackMillis;

    private transient String entity;
    private transient ArrayDeque<Arrival> past;
    private transient ArrayList<Arrival> instant;

    /**
     * A search.
     *
     * @param lookbackMillis how far back any window reaches
     */
    OvertakenFunction(long lookbackMillis) {
        this.lookbackMillis = lookbackMillis;
    }

    @Override
    public void open(OpenContext context) {
        entity = "";
        past = new ArrayDeque<>();
        instant = new ArrayList<>();
    }

    @Override
    public void processElement(Arrival row, Context context, Collector<ParityRow> out) {
        if (!row.entity().equals(entity)) {
            entity = row.entity();
            past.clear();
            instant.clear();
        }
        if (!instant.isEmpty() && instant.get(0).eventTimeMillis() < row.eventTimeMillis()) {
            instant.clear();
        }
        while (!past.isEmpty()
                && past.getFirst().eventTimeMillis() < row.eventTimeMillis() - lookbackMillis) {
            past.removeFirst();
        }
        if (!row.isLabel()) {
            name(row, out);
        }
        // Rows of one instant see each other, whichever of them is looked at first.
        for (Arrival peer : instant) {
            if (!peer.isLabel() && row.isAfter(peer)) {
                emit(row, peer, out);
            }
        }
        past.addLast(row);
        instant.add(row);
    }

    private void name(Arrival event, Collector<ParityRow> out) {
        int found = 0;
        var newestFirst = past.descendingIterator();
        while (found < CAUSES && newestFirst.hasNext()) {
            Arrival earlier = newestFirst.next();
            if (earlier.isAfter(event)) {
                emit(earlier, event, out);
                found++;
            }
        }
    }

    private static void emit(Arrival late, Arrival event, Collector<ParityRow> out) {
        out.collect(
                ParityRow.cause(event.eventId(), event.eventTimeMillis(), late.described(event)));
    }
}
