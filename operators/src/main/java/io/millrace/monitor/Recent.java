package io.millrace.monitor;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What was asked for most recently, as many as there is room for. What was put last is never let
 * go.
 */
final class Recent<K, V> {
    private final int most;
    private final long mostWeight;
    private final ToLongFunction<V> weigher;
    private final Map<K, V> held = new LinkedHashMap<>(16, 0.75f, true);
    private long weight;

    /** So many. */
    Recent(int most) {
        this(most, 0, value -> 0);
    }

    /** So many, and as heavy together. */
    Recent(int most, long mostWeight, ToLongFunction<V> weigher) {
        this.most = most;
        this.mostWeight = mostWeight;
        this.weigher = weigher;
    }

    @Nullable V get(K key) {
        return held.get(key);
    }

    void put(K key, V value) {
        V before = held.put(key, value);
        weight += weigher.applyAsLong(value) - (before == null ? 0 : weigher.applyAsLong(before));
        var longestAgo = held.values().iterator();
        while (held.size() > 1 && (held.size() > most || weight > mostWeight)) {
            weight -= weigher.applyAsLong(longestAgo.next());
            longestAgo.remove();
        }
    }
}
