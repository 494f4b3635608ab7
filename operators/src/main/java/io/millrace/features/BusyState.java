package io.millrace.features;

import java.io.IOException;
import java.util.function.ToLongFunction;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.streaming.api.operators.KeyContext;
import org.jspecify.annotations.Nullable;

/**
 * A keyed value whose busy keys are held on the heap, in front of a state that serializes each
 * access. That state is right only after {@link #writeBack}, which comes before each snapshot.
 */
final class BusyState<V> implements ValueState<V>, WorkingSet.Store<Object, V> {
    private final ValueState<V> state;
    private final KeyContext keys;
    private final WorkingSet<Object, V> busy;

    /**
     * @param keys tells and sets the key that the state is about
     * @param bytesOf how much of the heap a value takes
     * @param mostBytes how much of the heap all values that are held may take
     */
    BusyState(ValueState<V> state, KeyContext keys, ToLongFunction<V> bytesOf, long mostBytes) {
        this.state = state;
        this.keys = keys;
        this.busy = new WorkingSet<>(this, bytesOf, mostBytes);
    }

    @Override
    public @Nullable V value() throws IOException {
        return busy.get(keys.getCurrentKey());
    }

    @Override
    public void update(V value) throws IOException {
        busy.put(keys.getCurrentKey(), value);
    }

    @Override
    public void clear() {
        busy.remove(keys.getCurrentKey());
    }

    void writeBack() throws IOException {
        busy.writeBack();
    }

    /** Of the current key: a value is read when it is asked for. */
    @Override
    public @Nullable V read(Object key) throws IOException {
        return state.value();
    }

    @Override
    public void write(Object key, V value) throws IOException {
        Object current = keys.getCurrentKey();
        keys.setCurrentKey(key);
        state.update(value);
        restore(current);
    }

    @Override
    public void remove(Object key) {
        Object current = keys.getCurrentKey();
        keys.setCurrentKey(key);
        state.clear();
        restore(current);
    }

    /** Before the first element there is no current key to go back to. */
    private void restore(@Nullable Object current) {
        if (current != null) {
            keys.setCurrentKey(current);
        }
    }
}
