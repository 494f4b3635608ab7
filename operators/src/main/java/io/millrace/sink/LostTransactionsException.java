package io.millrace.sink;

import java.time.Duration;
import java.util.List;

/** Results that a checkpoint counts as written were aborted by the broker. */
public final class LostTransactionsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LostTransactionsException(List<String> transactions, long checkpoint, Duration timeout) {
        super(
                ("Kafka aborted %s of checkpoint %d, since nobody committed within"
                     + " output.transaction-timeout (%d s): what a reader would have seen of it is"
                     + " lost; start from the checkpoint before it, which writes it again, or from"
                     + " this one with output.guarantee: at-least-once, which accepts the loss;"
                     + " ./millrace reconcile names every record")
                        .formatted(
                                String.join(", ", transactions), checkpoint, timeout.toSeconds()));
    }
}
