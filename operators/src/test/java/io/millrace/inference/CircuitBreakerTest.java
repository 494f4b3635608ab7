package io.millrace.inference;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CircuitBreakerTest {
    private final CircuitBreaker breaker = new CircuitBreaker();

    @Test
    void opensAfterBatchesInARowWithoutAnAnswer() {
        unanswered(CircuitBreaker.BATCHES_TO_OPEN - 1, 0);
        assertThat(breaker.lets(1)).isTrue();
        unanswered(1, 1);
        assertThat(breaker.lets(2)).isFalse();
        assertThat(breaker.isOpen()).isTrue();
    }

    @Test
    void anAnswerInBetweenBeginsTheCountAnew() {
        unanswered(CircuitBreaker.BATCHES_TO_OPEN - 1, 0);
        breaker.ran(true, 0);
        unanswered(CircuitBreaker.BATCHES_TO_OPEN - 1, 0);
        assertThat(breaker.lets(1)).isTrue();
    }

    @Test
    void letsOneBatchThroughNowAndThenAndClosesWithItsAnswer() {
        unanswered(CircuitBreaker.BATCHES_TO_OPEN, 100);
        assertThat(breaker.lets(99 + CircuitBreaker.OPEN_NANOS)).isFalse();
        assertThat(breaker.lets(100 + CircuitBreaker.OPEN_NANOS)).isTrue();

        unanswered(1, 100 + CircuitBreaker.OPEN_NANOS);
        assertThat(breaker.lets(101 + CircuitBreaker.OPEN_NANOS)).isFalse();

        breaker.ran(true, 100 + 2 * CircuitBreaker.OPEN_NANOS);
        assertThat(breaker.lets(101 + 2 * CircuitBreaker.OPEN_NANOS)).isTrue();
    }

    private void unanswered(int batches, long nowNanos) {
        for (int i = 0; i < batches; i++) {
            breaker.ran(false, nowNanos);
        }
    }
}
