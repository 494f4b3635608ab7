package io.millrace.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

class LatenessProperties {

    @Property
    void aRowIsTooLateWhenItIsTheAllowedLatenessBehindTheWatermark(
            @ForAll @LongRange(min = 0, max = Long.MAX_VALUE) long eventTimeMillis,
            @ForAll @LongRange(min = Long.MIN_VALUE + 1, max = Long.MAX_VALUE) long watermarkMillis,
            @ForAll @LongRange(min = 0, max = Long.MAX_VALUE) long allowedMillis) {
        BigInteger latestRefused =
                BigInteger.valueOf(watermarkMillis).subtract(BigInteger.valueOf(allowedMillis));
        assertThat(new Lateness(allowedMillis).isTooLate(eventTimeMillis, watermarkMillis))
                .isEqualTo(BigInteger.valueOf(eventTimeMillis).compareTo(latestRefused) <= 0);
    }

    @Example
    void nothingIsLateBeforeTheFirstWatermarkOrWhereNothingEverIs() {
        assertThat(new Lateness(0).isTooLate(0, Long.MIN_VALUE)).isFalse();
        assertThat(new Lateness(IngestConfig.NEVER_LATE).isTooLate(0, Long.MAX_VALUE - 1))
                .isFalse();
    }
}
