package io.millrace.features;

import org.apache.flink.runtime.state.StateBackendLoader;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;

/**
 * Runs an {@link EntityFunction}. Where the state backend serializes each access, the function
 * holds its busy entities on the heap, and they are written back before each snapshot.
 */
final class EntityOperator<T> extends KeyedProcessOperator<Object, Partial, T> {
    private static final long serialVersionUID = 1L;

    private final EntityFunction<T> function;

    EntityOperator(EntityFunction<T> function) {
        super(function);
        this.function = function;
    }

    @Override
    public void open() throws Exception {
        // A heap backend holds objects anyway.
        String backend = getKeyedStateBackend().getBackendTypeIdentifier();
        if (backend.equals(StateBackendLoader.ROCKSDB_STATE_BACKEND_NAME)) {
            function.holdBusyEntities(this);
        }
        super.open();
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        function.writeBack();
        super.snapshotState(context);
    }
}
