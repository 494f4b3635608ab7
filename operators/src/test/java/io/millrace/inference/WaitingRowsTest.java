package io.millrace.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.record.FeatureVector;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WaitingRowsTest {
    private final WaitingRows waiting = new WaitingRows();
    private final Seen seen = new Seen();

    /** Takes rows of models that are there, and writes down what it was given. */
    private static final class Seen implements WaitingRows.Taker {
        private final Set<String> loaded = new HashSet<>();
        private final List<String> taken = new ArrayList<>();

        @Override
        public boolean takes(FeatureVector row) {
            boolean isLoaded = loaded.contains(row.model());
            if (isLoaded) {
                taken.add(row.eventId());
            }
            return isLoaded;
        }

        @Override
        public void passes(long watermarkMillis) {
            taken.add("mark-" + watermarkMillis);
        }
    }

    @Test
    void rowsOfOtherEntitiesGoOnAndThoseOfTheSameWait() throws Exception {
        waiting.add(row(0, "fr", "a"));
        waiting.add(row(1, "de", "a"));
        waiting.add(row(2, "de", "b"));
        waiting.add(row(3, "de", ""));
        waiting.add(row(4, "fr", ""));
        offer("de");
        assertThat(seen.taken).containsExactly("event-2", "event-3");
        assertThat(waiting.has("a")).isTrue();
        assertThat(waiting.has("b")).isFalse();
        assertThat(waiting.has("")).as("what is nobody's has no order").isFalse();

        offer("fr");
        assertThat(seen.taken)
                .containsExactly("event-2", "event-3", "event-0", "event-1", "event-4");
        assertThat(waiting.isEmpty()).isTrue();
        assertThat(waiting.has("a")).isFalse();
    }

    @Test
    void aWatermarkWaitsForTheRowsBeforeItAlone() throws Exception {
        waiting.add(row(0, "fr", "a"));
        waiting.add(10);
        waiting.add(20);
        waiting.add(row(1, "it", "b"));
        waiting.add(30);
        waiting.add(row(2, "de", "c"));
        offer("de");
        assertThat(seen.taken).containsExactly("event-2");
        offer("fr");
        assertThat(seen.taken).containsExactly("event-2", "event-0", "mark-20");
        waiting.add(40);
        offer("it");
        assertThat(seen.taken)
                .containsExactly("event-2", "event-0", "mark-20", "event-1", "mark-40");
    }

    @Test
    void itIsFullAtItsBound() throws Exception {
        for (int row = 0; row < WaitingRows.MOST; row++) {
            assertThat(waiting.isFull()).isFalse();
            waiting.add(row(row, "fr", "card-" + row));
        }
        assertThat(waiting.isFull()).isTrue();
        offer("fr");
        assertThat(waiting.rows()).isZero();
    }

    /** Whatever comes and is loaded when. */
    @Test
    void anEntitysRowsKeepTheirOrderAndNoWatermarkOvertakesARow() throws Exception {
        for (int seed = 0; seed < 200; seed++) {
            var random = new Random(seed);
            var rows = new WaitingRows();
            var taker = new Seen();
            var came = new ArrayList<FeatureVector>();
            for (int step = 0; step < 60; step++) {
                taker.loaded.clear();
                taker.loaded.add("model-" + random.nextInt(3));
                int what = random.nextInt(4);
                if (what == 0) {
                    rows.offer(taker);
                } else if (what == 1) {
                    if (rows.isEmpty()) {
                        taker.passes(came.size());
                    } else {
                        rows.add(came.size());
                    }
                } else {
                    var row =
                            row(
                                    came.size(),
                                    "model-" + random.nextInt(3),
                                    "card-" + random.nextInt(3));
                    came.add(row);
                    if (rows.has(row.entity()) || !taker.takes(row)) {
                        rows.add(row);
                    }
                }
            }
            taker.loaded.addAll(List.of("model-0", "model-1", "model-2"));
            rows.offer(taker);
            assertThat(rows.isEmpty()).isTrue();
            assertIsInOrder(came, taker.taken);
        }
    }

    private static void assertIsInOrder(List<FeatureVector> came, List<String> taken) {
        assertThat(taken.stream().filter(what -> what.startsWith("event-")))
                .containsExactlyInAnyOrderElementsOf(
                        came.stream().map(FeatureVector::eventId).toList());
        for (int card = 0; card < 3; card++) {
            String entity = "card-" + card;
            List<String> ofEntity =
                    came.stream()
                            .filter(row -> row.entity().equals(entity))
                            .map(FeatureVector::eventId)
                            .toList();
            assertThat(taken.stream().filter(ofEntity::contains))
                    .containsExactlyElementsOf(ofEntity);
        }
        for (int at = 0; at < taken.size(); at++) {
            if (taken.get(at).startsWith("mark-")) {
                int before = Integer.parseInt(taken.get(at).substring(5));
                assertThat(taken.subList(at, taken.size()))
                        .noneMatch(
                                what ->
                                        what.startsWith("event-")
                                                && Integer.parseInt(what.substring(6)) < before);
            }
        }
    }

    private void offer(String model) throws Exception {
        seen.loaded.add(model);
        waiting.offer(seen);
    }

    private static FeatureVector row(int row, String model, String entity) {
        return Models.vector(row, model, entity, 1);
    }
}
