package io.millrace.sink;

import io.millrace.record.Outgoing;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.operators.AbstractUdfStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Encodes records, and sends those together that its task has made in one go: all scores of a
 * batch, or the only one of a quiet moment. So a record is sent at once where nothing follows it,
 * and costs no way of its own where others do.
 */
final class EncodeOperator<T> extends AbstractUdfStreamOperator<List<Outgoing>, EncodeFunction<T>>
        implements OneInputStreamOperator<T, List<Outgoing>>, BoundedOneInput {
    private static final long serialVersionUID = 1L;

    /** So many are sent although more may follow: half of one of Flink's network buffers. */
    private static final int MOST_BYTES = 16 << 10;

    private transient MailboxExecutor mailbox;
    private transient Counter recordsOut;
    private transient List<Outgoing> encoded;
    private transient int bytes;

    @SuppressWarnings("NullAway.Init") // set in open(), which Flink calls before the first record
    EncodeOperator(EncodeFunction<T> function) {
        super(function);
    }

    @Override
    public void open() throws Exception {
        super.open();
        mailbox =
                getContainingTask()
                        .getMailboxExecutorFactory()
                        .createExecutor(getOperatorConfig().getChainIndex());
        recordsOut = getMetricGroup().getIOMetricGroup().getNumRecordsOutCounter();
        encoded = new ArrayList<>();
    }

    @Override
    public void processElement(StreamRecord<T> element) throws Exception {
        Outgoing outgoing = userFunction.map(element.getValue());
        if (encoded.isEmpty()) {
            // Runs when the task has done what it is doing.
            mailbox.execute(this::send, "send what was encoded");
        }
        encoded.add(outgoing);
        bytes += outgoing.key().length + outgoing.value().length;
        if (bytes >= MOST_BYTES) {
            send();
        }
    }

    @Override
    public void processWatermark(Watermark watermark) throws Exception {
        send();
        super.processWatermark(watermark);
    }

    @Override
    public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
        super.prepareSnapshotPreBarrier(checkpointId);
        send();
    }

    @Override
    public void endInput() {
        send();
    }

    private void send() {
        if (!encoded.isEmpty()) {
            List<Outgoing> sent = encoded;
            encoded = new ArrayList<>();
            bytes = 0;
            output.collect(new StreamRecord<>(sent));
            // A metric of records, of which Flink has counted one.
            recordsOut.inc(sent.size() - 1);
        }
    }
}
