package io.millrace.jobs.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TallyTest {
    private static final long BEGAN = 1_000_000;

    private final Tally tally = new Tally();

    @Test
    void theLatencyIsThatOfTheWarmJobOnceThereIsOne() {
        tally.scored(3_000, 4_000, BEGAN, false);
        assertThat(tally.latencyMillis(0.99)).isGreaterThanOrEqualTo(3_000);
        assertThat(tally.warmUp99Millis()).isZero();

        tally.scored(10, 20, BEGAN + Tally.WARM_UP_MILLIS, false);

        assertThat(tally.latencyMillis(0.99)).isBetween(10L, 11L);
        assertThat(tally.visibleMillis(0.99)).isBetween(20L, 22L);
        assertThat(tally.warmUp99Millis()).isGreaterThanOrEqualTo(3_000);
        assertThat(tally.scores()).isEqualTo(2);
        assertThat(tally.firstScoreMillis()).isEqualTo(BEGAN);
    }
}
