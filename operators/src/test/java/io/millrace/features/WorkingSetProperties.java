package io.millrace.features;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;

class WorkingSetProperties {
    private static final long VALUE_BYTES = 50;

    /** Of a key and its value. */
    private static final long KEY_BYTES = WorkingSet.ENTRY_BYTES + VALUE_BYTES;

    private enum Action {
        GET,
        PUT,
        REMOVE,
        WRITE_BACK
    }

    private record Step(Action action, int key) {}

    /** A store that counts how often it is asked. */
    private static final class CountingStore implements WorkingSet.Store<Integer, Integer> {
        private final Map<Integer, Integer> values = new HashMap<>();
        private int reads;
        private int writes;

        @Override
        public @Nullable Integer read(Integer key) {
            reads++;
            return values.get(key);
        }

        @Override
        public void write(Integer key, Integer value) {
            writes++;
            values.put(key, value);
        }

        @Override
        public void remove(Integer key) {
            writes++;
            values.remove(key);
        }
    }

    @Property
    void whatIsReadIsWhatWasPutWhateverHadToLeave(
            @ForAll("steps") List<Step> steps, @ForAll @IntRange(max = 10) int keys)
            throws IOException {
        var store = new CountingStore();
        var set = new WorkingSet<>(store, value -> VALUE_BYTES, keys * KEY_BYTES);
        var expected = new HashMap<Integer, Integer>();
        for (int i = 0; i < steps.size(); i++) {
            int key = steps.get(i).key();
            switch (steps.get(i).action()) {
                case GET -> assertThat(set.get(key)).isEqualTo(expected.get(key));
                case PUT -> {
                    set.put(key, i);
                    expected.put(key, i);
                }
                case REMOVE -> {
                    set.remove(key);
                    expected.remove(key);
                }
                case WRITE_BACK -> {
                    set.writeBack();
                    assertThat(store.values).isEqualTo(expected);
                }
            }
        }
        set.writeBack();
        assertThat(store.values).isEqualTo(expected);
    }

    @Property
    void noMoreIsHeldThanThereIsRoomFor(
            @ForAll("steps") List<Step> steps, @ForAll @IntRange(max = 10) int keys)
            throws IOException {
        var set = new WorkingSet<>(new CountingStore(), value -> VALUE_BYTES, keys * KEY_BYTES);
        for (Step step : steps) {
            set.put(step.key(), 0);
            assertThat(set.size()).isLessThanOrEqualTo(Math.max(1, keys));
        }
    }

    @Property
    void aBusyKeyIsReadOnceAndWrittenOnce(@ForAll @IntRange(min = 1, max = 100) int times)
            throws IOException {
        var store = new CountingStore();
        var set = new WorkingSet<>(store, value -> VALUE_BYTES, KEY_BYTES);
        for (int i = 0; i < times; i++) {
            assertThat(set.get(1)).isEqualTo(i == 0 ? null : (Integer) (i - 1));
            set.put(1, i);
        }
        set.writeBack();
        set.writeBack();
        assertThat(store.reads).isEqualTo(1);
        assertThat(store.writes).isEqualTo(1);
    }

    @Property
    void whatCameAndWentIsNeverWritten(@ForAll @IntRange(max = 100) int key) throws IOException {
        var store = new CountingStore();
        var set = new WorkingSet<>(store, value -> VALUE_BYTES, KEY_BYTES);
        assertThat(set.get(key)).isNull();
        set.put(key, 1);
        set.remove(key);
        set.writeBack();
        assertThat(store.writes).isEqualTo(0);
    }

    @Provide
    static Arbitrary<List<Step>> steps() {
        return Combinators.combine(
                        Arbitraries.of(Action.class), Arbitraries.integers().between(0, 15))
                .as(Step::new)
                .list()
                .ofMaxSize(200);
    }
}
