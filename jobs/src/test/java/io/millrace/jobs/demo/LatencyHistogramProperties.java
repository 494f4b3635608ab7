package io.millrace.jobs.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.NotEmpty;

class LatencyHistogramProperties {

    @Property
    void aPercentileIsWithinFivePercentOfTheLatencyOfThatRank(
            @ForAll @NotEmpty List<@LongRange(min = 0, max = 10_000_000) Long> latencies,
            @ForAll @DoubleRange(min = 0.01, max = 1) double share) {
        var histogram = new LatencyHistogram();
        latencies.forEach(histogram::record);
        List<Long> sorted = latencies.stream().sorted().toList();
        long exact = sorted.get((int) Math.ceil(share * sorted.size()) - 1);

        long percentile = histogram.percentile(share);

        assertThat(percentile).isBetween(exact, Math.round(1.05 * (exact + 1)));
    }

    @Example
    void withoutLatenciesThereIsNothingToSay() {
        assertThat(new LatencyHistogram().percentile(0.99)).isZero();
    }
}
