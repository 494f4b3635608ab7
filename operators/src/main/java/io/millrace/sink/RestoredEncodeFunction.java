package io.millrace.sink;

import java.util.OptionalLong;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;

/**
 * Encodes, and sees to it that a restored job goes on only where the results of its checkpoint were
 * committed: once before the first record, and once at the first checkpoint, when the sink has
 * committed what it could. A job that has lost results fails for good, since no restart finds them.
 */
final class RestoredEncodeFunction<T> extends EncodeFunction<T> implements CheckpointedFunction {
    private static final long serialVersionUID = 1L;

    private final SinkConfig config;

    private transient OptionalLong restored;

    @SuppressWarnings("NullAway.Init") // set in initializeState()
    RestoredEncodeFunction(SinkConfig config, String topic, Encoder.Factory<T> factory) {
        super(config, topic, factory);
        this.config = config;
    }

    @Override
    public void initializeState(FunctionInitializationContext context) {
        // One subtask asks for all.
        boolean asks = getRuntimeContext().getTaskInfo().getIndexOfThisSubtask() == 0;
        restored = asks ? context.getRestoredCheckpointId() : OptionalLong.empty();
        requireCommitted();
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) {
        requireCommitted();
        restored = OptionalLong.empty();
    }

    private void requireCommitted() {
        if (restored.isPresent()) {
            try {
                RestoredTransactions.requireCommitted(config, restored.getAsLong());
            } catch (LostTransactionsException e) {
                throw new SuppressRestartsException(e);
            }
        }
    }
}
