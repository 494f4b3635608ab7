package io.millrace.jobs.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TallyTest {
    private static final long BEGAN = 1_000_000;

    private final Tally tally = new Tally();

    @Test
    void theLatencyIsThatOfTheWarmJobOnceThereAreEnoughScoresOfIt() {
        tally.scored(3_000, 4_000, BEGAN, false);
        tally.scored(60_000, 60_000, BEGAN + Tally.WARM_UP_MILLIS, false);
        assertThat(tally.isWarm()).isFalse();
        assertThat(tally.latencyMillis(0.99)).isBetween(3_000L, 3_150L);

        for (int i = 1; i < 1_000; i++) {
            tally.scored(10, 20, BEGAN + Tally.WARM_UP_MILLIS + i, false);
        }

        assertThat(tally.isWarm()).isTrue();
        assertThat(tally.latencyMillis(0.99)).isBetween(10L, 11L);
        assertThat(tally.visibleMillis(0.99)).isBetween(20L, 22L);
        assertThat(tally.coldLatencyMillis(0.99)).isBetween(3_000L, 3_150L);
        assertThat(tally.scores()).isEqualTo(1_001);
        assertThat(tally.firstScoreMillis()).isEqualTo(BEGAN);
    }
}
