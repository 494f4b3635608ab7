package io.millrace.features;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The values of busy keys, in front of a store that serializes a value each time it is read or
 * written. A value is read once, changed here in place as often as its key is busy, and written
 * when it is asked to be or when it has to make room: the least recently used goes first.
 *
 * <p>Invariant: a value that the store does not have is either here and marked as changed, or was
 * never put.
 *
 * @param <K> the keys, with {@code equals} and {@code hashCode}
 * @param <V> the values
 */
final class WorkingSet<K, V> {

    /** Where values are when they are not busy. */
    interface Store<K, V> {

        /** The value of a key, or null where it has none. */
        @Nullable V read(K key) throws IOException;

        void write(K key, V value) throws IOException;

        void remove(K key) throws IOException;
    }

    /** A key that is busy; one without a value is worth knowing too. */
    private static final class Entry<V> {
        private @Nullable V value;
        private long bytes;
        private boolean isStored;
        private boolean isChanged;
    }

    /** What a key takes apart from its value. */
    static final int ENTRY_BYTES = 150;

    private final LinkedHashMap<K, Entry<V>> entries = new LinkedHashMap<>(16, 0.75f, true);
    private final Store<K, V> store;
    private final ToLongFunction<V> bytesOf;
    private final long mostBytes;

    private long bytes;

    /**
     * @param bytesOf how much of the heap a value takes
     * @param mostBytes how much all of them may take; the one that was used last may take more
     */
    WorkingSet(Store<K, V> store, ToLongFunction<V> bytesOf, long mostBytes) {
        this.store = store;
        this.bytesOf = bytesOf;
        this.mostBytes = mostBytes;
    }

    /** The value of a key, or null where it has none. Whoever changes it puts it afterwards. */
    @Nullable V get(K key) throws IOException {
        var known = entries.get(key);
        if (known != null) {
            return known.value;
        }
        V value = store.read(key);
        var entry = new Entry<V>();
        entry.value = value;
        entry.isStored = value != null;
        entries.put(key, entry);
        resize(entry, ENTRY_BYTES + (value == null ? 0 : bytesOf.applyAsLong(value)));
        makeRoom();
        return value;
    }

    void put(K key, V value) throws IOException {
        change(key, value, bytesOf.applyAsLong(value));
        makeRoom();
    }

    void remove(K key) {
        change(key, null, 0);
    }

    /** Makes the store know all values. */
    void writeBack() throws IOException {
        for (var entry : entries.entrySet()) {
            writeBack(entry.getKey(), entry.getValue());
        }
    }

    /** How many keys are busy. */
    int size() {
        return entries.size();
    }

    private void change(K key, @Nullable V value, long valueBytes) {
        var entry = entries.get(key);
        if (entry == null) {
            entry = new Entry<V>();
            // Nobody has looked; to remove what is not there does no harm.
            entry.isStored = true;
            entries.put(key, entry);
        }
        entry.value = value;
        entry.isChanged = true;
        resize(entry, ENTRY_BYTES + valueBytes);
    }

    private void resize(Entry<V> entry, long entryBytes) {
        bytes += entryBytes - entry.bytes;
        entry.bytes = entryBytes;
    }

    private void makeRoom() throws IOException {
        while (bytes > mostBytes && entries.size() > 1) {
            var leastRecentlyUsed = entries.entrySet().iterator();
            var leaving = leastRecentlyUsed.next();
            writeBack(leaving.getKey(), leaving.getValue());
            bytes -= leaving.getValue().bytes;
            leastRecentlyUsed.remove();
        }
    }

    private void writeBack(K key, Entry<V> entry) throws IOException {
        if (!entry.isChanged) {
            return;
        }
        V value = entry.value;
        if (value != null) {
            store.write(key, value);
        } else if (entry.isStored) {
            store.remove(key);
        }
        entry.isStored = value != null;
        entry.isChanged = false;
    }
}
