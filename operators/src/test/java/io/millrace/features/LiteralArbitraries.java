package io.millrace.features;

import io.millrace.features.LiteralWindows.Row;
import io.millrace.spec.FeaturesSpec.Aggregate;
import io.millrace.spec.FeaturesSpec.Current;
import io.millrace.spec.FeaturesSpec.From;
import io.millrace.spec.FeaturesSpec.WindowSpec;
import java.math.BigDecimal;
import java.time.Duration;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import org.jspecify.annotations.Nullable;

/** Rows and windows of the world of {@link LiteralWindows}. */
final class LiteralArbitraries {

    /** What takes combinators of more than eight. */
    private record Truth(@Nullable Boolean online, @Nullable Long labelled) {}

    private LiteralArbitraries() {}

    /** A row of one of these customers. */
    static Arbitrary<Row> row(Arbitrary<Long> customers) {
        return row(customers, labelled());
    }

    /** The same where labels are of these events. */
    static Arbitrary<Row> row(Arbitrary<Long> customers, Arbitrary<Long> labelled) {
        // Few instants and few values, so that ties and rows on the very edges are common.
        return Combinators.combine(
                        Arbitraries.of(true, false, false),
                        customers,
                        Arbitraries.longs().between(-40, 40),
                        Arbitraries.longs()
                                .between(-9_999, 9_999)
                                .map(cents -> BigDecimal.valueOf(cents, 2))
                                .injectNull(0.2),
                        Arbitraries.oneOf(
                                        Arbitraries.doubles().between(0, 100).ofScale(3),
                                        Arbitraries.of(-1.0, 0.1, 0.0, -0.0, 3e-310, 1e-20, -1e20),
                                        Arbitraries.doubles().between(-1e300, 1e300).ofScale(1))
                                .injectNull(0.2),
                        Arbitraries.integers().between(0, 4),
                        Arbitraries.of("web", "app", "").injectNull(0.2),
                        Combinators.combine(Arbitraries.of(true, false).injectNull(0.2), labelled)
                                .as(Truth::new))
                .as(
                        (isLabel, customer, timeMillis, amount, speed, items, channel, truth) ->
                                new Row(
                                        isLabel,
                                        customer,
                                        timeMillis,
                                        amount,
                                        speed,
                                        items,
                                        channel,
                                        truth.online,
                                        truth.labelled));
    }

    /**
     * Most events have one label, some have several, and some labels do not say whose they are. The
     * greatest id is taken for the least, so it is left out.
     */
    private static Arbitrary<Long> labelled() {
        return Arbitraries.oneOf(
                        Arbitraries.longs().lessOrEqual(Long.MAX_VALUE - 1),
                        Arbitraries.longs().between(-1, 3))
                .injectNull(0.1);
    }

    /** A window of customers, of any aggregate that is possible. */
    static Arbitrary<WindowSpec> window() {
        return Arbitraries.of(Aggregate.class)
                .flatMap(
                        aggregate ->
                                Combinators.combine(
                                                aggregate.comparesCurrent()
                                                        ? Arbitraries.just(From.EVENTS)
                                                        : Arbitraries.of(From.class),
                                                of(aggregate),
                                                Arbitraries.of(LiteralWindows.CONDITIONS.keySet())
                                                        .injectNull(0.5),
                                                Arbitraries.longs().between(1, 60),
                                                Arbitraries.longs().between(0, 10),
                                                Arbitraries.of(Current.class),
                                                Arbitraries.integers().between(1, 3),
                                                Arbitraries.of(Double.NaN, -1.5))
                                        .as(
                                                (from,
                                                        of,
                                                        where,
                                                        window,
                                                        delay,
                                                        current,
                                                        rank,
                                                        missing) ->
                                                        new WindowSpec(
                                                                aggregate.name(),
                                                                "customer",
                                                                from,
                                                                aggregate,
                                                                of,
                                                                where,
                                                                Duration.ofMillis(window),
                                                                Duration.ofMillis(delay),
                                                                from == From.LABELS
                                                                        ? Current.INCLUDE
                                                                        : current,
                                                                rank,
                                                                WindowSpec.EXACT_TO,
                                                                aggregate.isZeroWhenEmpty()
                                                                        ? 0
                                                                        : missing,
                                                                false)));
    }

    private static Arbitrary<String> of(Aggregate aggregate) {
        return switch (aggregate) {
            case COUNT, TIME_SINCE_LAST -> Arbitraries.just("").map(nothing -> null);
            case DISTINCT, MOST_FREQUENT_SHARE, SHARE_OF_CURRENT ->
                    Arbitraries.oneOf(
                            Arbitraries.of(LiteralWindows.NUMBERS.keySet()),
                            Arbitraries.just("channel"));
            default -> Arbitraries.of(LiteralWindows.NUMBERS.keySet());
        };
    }
}
