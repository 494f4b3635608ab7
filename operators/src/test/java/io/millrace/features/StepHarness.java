package io.millrace.features;

import io.millrace.record.FeatureVector;
import java.util.stream.Stream;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;

/** One step of the stage in Flink's harness, whose answers leave the stage. */
final class StepHarness {
    static final int MAX_PARALLELISM = 16;

    private StepHarness() {}

    /**
     * A harness that is not yet open.
     *
     * @param step the step's place in the plan
     * @param backend {@code hashmap}, {@code rocksdb} or {@code rocksdb with timers on the heap}
     */
    static KeyedOneInputStreamOperatorTestHarness<Object, Partial, FeatureVector> of(
            FeatureConfig config, int step, String backend) throws Exception {
        return of(config, step, backend, 1, 0);
    }

    @SuppressWarnings("unchecked")
    static KeyedOneInputStreamOperatorTestHarness<Object, Partial, FeatureVector> of(
            FeatureConfig config, int step, String backend, int parallelism, int subtask)
            throws Exception {
        var plan = FeaturePlan.of(config);
        var planned = plan.steps().get(step);
        var function =
                new EntityFunction<>(
                        planned.windows(),
                        planned.history(),
                        plan.lateness(),
                        Exit.ToVector.of(
                                plan, config, planned.eventColumn().text(), EntityColumn.Text.NONE),
                        new WaitingRows(
                                PartialLayout.of(config),
                                new Expressions(plan, config.eventColumns()),
                                planned.slots()));
        TypeInformation<?> key = Types.LONG;
        var harness =
                new KeyedOneInputStreamOperatorTestHarness<>(
                        new EntityOperator<>(function),
                        new EntitySelector(planned),
                        (TypeInformation<Object>) key,
                        MAX_PARALLELISM,
                        parallelism,
                        subtask);
        harness.setStateBackend(backend(backend));
        return harness;
    }

    /** How many values a savepoint of the step would hold, on either backend. */
    static long stateEntries(
            KeyedOneInputStreamOperatorTestHarness<Object, Partial, FeatureVector> harness)
            throws Exception {
        harness.snapshot(1_000, 1_000).discardState();
        var operator = (AbstractStreamOperator<?>) harness.getOperator();
        return Stream.of("past", "waiting", "oldest-waiting")
                .mapToLong(state -> count(operator.getKeyedStateBackend(), state))
                .sum();
    }

    private static long count(KeyedStateBackend<?> backend, String state) {
        try (var keys = backend.getKeys(state, VoidNamespace.INSTANCE)) {
            return keys.count();
        }
    }

    static StateBackend backend(String name) {
        return switch (name) {
            case "hashmap" -> new HashMapStateBackend();
            case "rocksdb" -> new EmbeddedRocksDBStateBackend();
            case "rocksdb with timers on the heap" -> {
                var backend = new EmbeddedRocksDBStateBackend();
                backend.setPriorityQueueStateType(
                        EmbeddedRocksDBStateBackend.PriorityQueueStateType.HEAP);
                yield backend;
            }
            default -> throw new IllegalArgumentException(name);
        };
    }
}
