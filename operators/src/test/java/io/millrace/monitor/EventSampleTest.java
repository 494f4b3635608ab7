package io.millrace.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EventSampleTest {

    @Test
    void fewEventsAreAllNamed() {
        var sample = new EventSample();
        assertThat(sample.asList()).isEmpty();
        for (int time = 0; time < EventSample.MOST; time++) {
            sample.add(Scores.of(time, "1", ""));
            sample.add(Scores.of(time, "1", ""));
        }
        assertThat(sample.asList())
                .containsExactlyInAnyOrder("event-0", "event-1", "event-2", "event-3", "event-4");
    }

    @Test
    void thoseOfTheSmallestHashesAreNamedInTheirOrder() {
        var sample = new EventSample();
        for (long hash : new long[] {7, Long.MIN_VALUE, 3, Long.MAX_VALUE, 5, -1, 9, 4}) {
            sample.add(hash, "id" + hash);
        }
        assertThat(sample.asList())
                .containsExactly("id" + Long.MIN_VALUE, "id-1", "id3", "id4", "id5");
        assertThat(sample.hashes()).containsExactly(Long.MIN_VALUE, -1, 3, 4, 5);
    }

    @Test
    void eventsOfOneTimeAndScoreAreToldApartByTheirIds() {
        List<String> ids = new ArrayList<>(List.of("g", "b", "e", "a", "f", "c", "d", "a", "b"));
        for (int seed = 0; seed < 50; seed++) {
            Collections.shuffle(ids, new Random(seed));
            var sample = new EventSample();
            ids.forEach(id -> sample.add(1, id));
            assertThat(sample.asList()).containsExactly("a", "b", "c", "d", "e");
        }
    }

    @Test
    void eachEventIsAsLikelyAsAnyOther() {
        int samples = 4_000;
        int events = 100;
        var named = new int[events];
        for (long first = 0; first < samples; first++) {
            var sample = new EventSample();
            for (int i = 0; i < events; i++) {
                // One second after the other, all of one score.
                sample.add(Scores.of((first * events + i) * 1_000, "1", ""));
            }
            for (String id : sample.asList()) {
                named[(int) (Long.parseLong(id.substring("event-".length())) / 1_000 % events)]++;
            }
        }
        double expected = (double) samples * EventSample.MOST / events;
        double chiSquared =
                Arrays.stream(named)
                        .mapToDouble(count -> (count - expected) * (count - expected) / expected)
                        .sum();
        // Of 99 degrees of freedom 999 of 1,000 are below.
        assertThat(chiSquared).isLessThan(148.2);
    }
}
