package io.millrace.ingest;

import io.millrace.record.BufferTimeout;
import io.millrace.record.DeadLetter;
import io.millrace.record.Duplicate;
import io.millrace.record.Event;
import io.millrace.record.EventTypeInfo;
import io.millrace.record.Partitions;
import io.millrace.record.Received;
import io.millrace.spec.EventsSpec.DeduplicateSpec;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.table.types.logical.RowType;

/** What was received in; accepted events, dead letters and duplicates out. */
public final class IngestStage {
    private static final String INGEST_UID_SUFFIX = "-ingest";
    private static final String DEDUPLICATE_UID_SUFFIX = "-deduplicate";

    private final IngestConfig config;
    private final boolean isHistory;

    public IngestStage(IngestConfig config) {
        this(config, false);
    }

    private IngestStage(IngestConfig config, boolean isHistory) {
        this.config = config;
        this.isHistory = isHistory;
    }

    /**
     * The same stage for a history that comes in event-time order, with watermarks that no row is
     * behind. It keeps nothing in Flink's state, so it must not fail over.
     */
    public static IngestStage ofHistory(IngestConfig config) {
        return new IngestStage(config, true);
    }

    public Ingested attach(DataStream<Received> received) {
        EventTypeInfo type =
                EventTypeInfo.of(
                        new RowType(
                                false,
                                config.columns().stream()
                                        .map(c -> new RowType.RowField(c.name(), c.type()))
                                        .toList()));
        String uid = config.name() + INGEST_UID_SUFFIX;
        SingleOutputStreamOperator<Event> accepted =
                received.process(new IngestFunction(RowContract.of(config), Lateness.of(config)))
                        .returns(type)
                        .uid(uid)
                        .name(uid);
        DataStream<DeadLetter> deadLetters = accepted.getSideOutput(DeadLetter.TAG);
        SingleOutputStreamOperator<Event> events =
                config.deduplicate() == null
                        ? BufferTimeout.relaxed(accepted, isHistory)
                        : deduplicated(accepted, config.deduplicate(), type);
        return new Ingested(events, deadLetters, events.getSideOutput(Duplicate.TAG));
    }

    private SingleOutputStreamOperator<Event> deduplicated(
            DataStream<Event> events, DeduplicateSpec deduplicate, EventTypeInfo type) {
        var deduplication =
                new Deduplication(deduplicate.within().toMillis(), config.latenessMillis());
        String uid = config.name() + DEDUPLICATE_UID_SUFFIX;
        var partition = PartitionKey.of(config, deduplicate.partitionBy());
        if (isHistory) {
            return Partitions.of(events, partition, Types.STRING)
                    .transform(uid, type, new DeduplicateOperator(deduplication, partition))
                    .uid(uid);
        }
        return events.keyBy(partition, Types.STRING)
                .process(new DeduplicateFunction(deduplication))
                .returns(type)
                .uid(uid)
                .name(uid);
    }
}
