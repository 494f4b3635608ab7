package io.millrace.ingest;

import io.millrace.record.DeadLetter;
import io.millrace.record.DeadLetter.Reason;
import io.millrace.record.Event;
import io.millrace.record.Received;
import java.util.Objects;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.table.data.RowData;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/** Asks {@link RowContract} and {@link Lateness} of each row, and emits or refuses it. */
final class IngestFunction extends ProcessFunction<Received, Event> {
    private static final long serialVersionUID = 1L;

    private static final String STAGE = "ingest";

    private final RowContract contract;
    private final Lateness lateness;

    private transient IngestMetrics.@Nullable Checks metrics;

    IngestFunction(RowContract contract, Lateness lateness) {
        this.contract = contract;
        this.lateness = lateness;
    }

    @Override
    public void open(OpenContext context) {
        metrics = new IngestMetrics.Checks(getRuntimeContext().getMetricGroup());
    }

    @Override
    public void processElement(Received received, Context context, Collector<Event> out) {
        RowData row = received.row();
        if (row == null) {
            refuse(
                    received,
                    Objects.requireNonNullElse(received.reason(), Reason.MALFORMED),
                    Objects.requireNonNullElse(received.problem(), ""),
                    null,
                    context);
            return;
        }
        long eventTimeMillis = received.eventTimeMillis();
        String id = contract.id(row);
        String broken = contract.broken(row, eventTimeMillis);
        if (id == null || broken != null) {
            refuse(
                    received,
                    Reason.CONTRACT_BROKEN,
                    Objects.requireNonNullElse(broken, ""),
                    id,
                    context);
            return;
        }
        long watermarkMillis = context.timerService().currentWatermark();
        if (lateness.isTooLate(eventTimeMillis, watermarkMillis)) {
            String late = lateness.late(eventTimeMillis, watermarkMillis);
            refuse(received, Reason.TOO_LATE, late, id, context);
            return;
        }
        Objects.requireNonNull(metrics).accepted();
        out.collect(new Event(received.origin(), id, eventTimeMillis, row));
    }

    private void refuse(
            Received received, Reason reason, String detail, @Nullable String id, Context context) {
        Objects.requireNonNull(metrics).refused(reason);
        context.output(
                DeadLetter.TAG, new DeadLetter(received.origin(), STAGE, reason, detail, id));
    }
}
