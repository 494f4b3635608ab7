package io.millrace.source;

import io.millrace.record.Origin;
import io.millrace.record.Received;
import java.time.Instant;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/** Follows event time through rows that come in its order, and tells of it now and then. */
final class EventTimeOperator extends AbstractStreamOperator<Received>
        implements OneInputStreamOperator<Received, Received> {
    private static final long serialVersionUID = 1L;

    /** What is answered together: enough that telling costs nothing, too little to fill a heap. */
    private static final int ROWS_PER_WATERMARK = 256;

    private final long disorderMillis;

    private transient long latestMillis;
    private transient long watermarkMillis;
    private transient int rows;

    /**
     * @param disorderMillis how far a row may lie behind the latest before it
     */
    EventTimeOperator(long disorderMillis) {
        this.disorderMillis = disorderMillis;
    }

    @Override
    public void open() throws Exception {
        super.open();
        latestMillis = Long.MIN_VALUE;
        watermarkMillis = Long.MIN_VALUE;
    }

    @Override
    public void processElement(StreamRecord<Received> element) {
        Received row = element.getValue();
        long timeMillis = row.eventTimeMillis();
        if (timeMillis != Received.NO_EVENT_TIME) {
            if (timeMillis <= watermarkMillis) {
                throw outOfOrder(row);
            }
            latestMillis = Math.max(latestMillis, timeMillis);
        }
        output.collect(element.replace(row, timeMillis));
        if (++rows >= ROWS_PER_WATERMARK) {
            tell();
        }
    }

    /** More rows of the latest time may follow. */
    private void tell() {
        long passedMillis = latestMillis - disorderMillis - 1;
        if (latestMillis != Long.MIN_VALUE && passedMillis > watermarkMillis) {
            watermarkMillis = passedMillis;
            output.emitWatermark(new Watermark(passedMillis));
            rows = 0;
        }
    }

    private OutOfOrderException outOfOrder(Received row) {
        Origin origin = row.origin();
        return new OutOfOrderException(
                "%s row %d has event time %s, and %s has come before it"
                        .formatted(
                                origin.topic(),
                                origin.offset(),
                                Instant.ofEpochMilli(row.eventTimeMillis()),
                                Instant.ofEpochMilli(latestMillis)));
    }

    @Override
    public void processWatermark(Watermark mark) throws Exception {
        // Only the end of all rows is known better than here.
        if (mark.equals(Watermark.MAX_WATERMARK)) {
            super.processWatermark(mark);
        }
    }
}
