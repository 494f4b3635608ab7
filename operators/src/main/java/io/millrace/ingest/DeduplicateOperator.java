package io.millrace.ingest;

import io.millrace.record.Duplicate;
import io.millrace.record.Event;
import io.millrace.record.Origin;
import io.millrace.record.UntilPassed;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * What {@link DeduplicateFunction} does in a stream, over a history in event-time order: of two
 * copies the earlier is accepted, and it is forgotten once event time has passed its horizon.
 */
final class DeduplicateOperator extends AbstractStreamOperator<Event>
        implements OneInputStreamOperator<Event, Event> {
    private static final long serialVersionUID = 1L;

    /** Of two copies at one instant the first to be read is accepted. */
    private static final Comparator<Event> ORDER =
            Comparator.comparingLong(Event::eventTimeMillis)
                    .thenComparing(
                            Event::origin,
                            Comparator.comparingInt(Origin::partition)
                                    .thenComparingLong(Origin::offset));

    private final Deduplication deduplication;
    private final PartitionKey partition;

    private transient UntilPassed<Event> waiting;
    private transient Map<Id, List<Seen>> accepted;
    private transient ArrayDeque<Accepted> oldest;
    private transient IngestMetrics.Copies counts;

    /** What copies of an event have in common. */
    private record Id(String partition, String id) {}

    private record Accepted(Id id, Seen seen) {}

    @SuppressWarnings("NullAway.Init") // Set in open().
    DeduplicateOperator(Deduplication deduplication, PartitionKey partition) {
        this.deduplication = deduplication;
        this.partition = partition;
    }

    @Override
    public void open() throws Exception {
        super.open();
        waiting = new UntilPassed<>(Event::eventTimeMillis, ORDER);
        accepted = new HashMap<>();
        oldest = new ArrayDeque<>();
        counts = new IngestMetrics.Copies(getMetricGroup());
    }

    @Override
    public void processElement(StreamRecord<Event> element) {
        waiting.add(element.getValue());
    }

    @Override
    public void processWatermark(Watermark mark) throws Exception {
        waiting.pass(mark.getTimestamp(), this::decide);
        forget(mark.getTimestamp());
        super.processWatermark(mark);
    }

    private void decide(Event event) {
        var id = new Id(partition.getKey(event), event.id());
        List<Seen> copies = accepted.get(id);
        Seen first = deduplication.firstCopy(copies, event.eventTimeMillis());
        if (first != null) {
            counts.duplicate();
            var duplicate =
                    new Duplicate(event.origin(), event.id(), first.partition(), first.offset());
            output.collect(Duplicate.TAG, new StreamRecord<>(duplicate, event.eventTimeMillis()));
            return;
        }
        var seen =
                new Seen(
                        event.eventTimeMillis(),
                        event.origin().partition(),
                        event.origin().offset());
        accepted.put(id, Deduplication.accept(copies, seen));
        oldest.add(new Accepted(id, seen));
        counts.first();
        output.collect(new StreamRecord<>(event, event.eventTimeMillis()));
    }

    /** Ids were accepted in event-time order, so they are forgotten in it. */
    private void forget(long watermarkMillis) {
        while (!oldest.isEmpty()
                && deduplication.isForgotten(oldest.element().seen(), watermarkMillis)) {
            Accepted forgotten = oldest.remove();
            List<Seen> copies = accepted.get(forgotten.id());
            if (copies != null && copies.size() > 1) {
                accepted.put(forgotten.id(), deduplication.remembered(copies, watermarkMillis));
            } else {
                accepted.remove(forgotten.id());
            }
        }
    }
}
