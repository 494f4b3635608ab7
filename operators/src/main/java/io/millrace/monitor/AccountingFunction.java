package io.millrace.monitor;

import io.millrace.record.Origin;
import io.millrace.record.Traced;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;

/** Keeps a {@link Ledger} in operator state, and shows it as metrics. */
final class AccountingFunction<T extends Traced> extends RichMapFunction<T, T>
        implements CheckpointedFunction {
    private static final long serialVersionUID = 1L;

    private final Fate fate;

    private transient Ledger ledger;
    private transient ListState<PartitionCount> state;

    @SuppressWarnings(
            "NullAway.Init") // set in initializeState(), which Flink calls before the first record
    AccountingFunction(Fate fate) {
        this.fate = fate;
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        state =
                context.getOperatorStateStore()
                        .getListState(new ListStateDescriptor<>("counts", PartitionCount.class));
        var metrics = new MonitorMetrics(getRuntimeContext().getMetricGroup(), fate);
        ledger = new Ledger(metrics::opened);
        for (PartitionCount count : state.get()) {
            ledger.add(count);
        }
    }

    @Override
    public T map(T record) {
        Origin origin = record.origin();
        ledger.count(origin.topic(), origin.partition());
        return record;
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
        state.update(ledger.counts());
    }
}
