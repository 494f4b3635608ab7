package io.millrace.benchmarks;

import io.millrace.benchmarks.FeaturesVariant.View;
import io.millrace.spec.PipelineSpec;
import io.millrace.spec.SpecParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/** The views of the feature benchmark, as a pipeline's file declares them. */
final class FeaturesViews {
    private static final int[] PUBLISHED_DAYS = {1, 7, 30};
    private static final Duration LONGEST = Duration.ofDays(30);

    private FeaturesViews() {}

    /** A pipeline with the features of a view, and the columns of transactions and labels. */
    static PipelineSpec pipeline(View view) {
        String vector =
                switch (view) {
                    case PUBLISHED, PUBLISHED_IN_AN_HOUR -> published(view.compression());
                    case FOUR_WINDOWS -> averages(4);
                    case SIXTEEN_WINDOWS -> averages(16);
                };
        return SpecParser.parse(
                        Path.of("features.yaml"), head() + vector, Map.<String, String>of()::get)
                .spec();
    }

    private static String published(int compression) {
        var features = new StringBuilder();
        for (int days : PUBLISHED_DAYS) {
            String window = millis(Duration.ofDays(days).dividedBy(compression));
            feature(
                    features,
                    "customer_count_" + days,
                    "entity: customer, aggregate: count",
                    window);
            feature(
                    features,
                    "customer_average_" + days,
                    "entity: customer, aggregate: avg, of: amount",
                    window);
        }
        for (int days : PUBLISHED_DAYS) {
            String window = millis(Duration.ofDays(days).dividedBy(compression));
            feature(
                    features,
                    "terminal_count_" + days,
                    "entity: terminal, from: labels, aggregate: count",
                    window);
            feature(
                    features,
                    "terminal_risk_" + days,
                    "entity: terminal, from: labels, aggregate: avg, of: fraud, missing: 0",
                    window);
        }
        return features.toString();
    }

    private static String averages(int windows) {
        var features = new StringBuilder();
        for (int nth = 1; nth <= windows; nth++) {
            String window = millis(LONGEST.multipliedBy(nth).dividedBy(windows));
            feature(
                    features,
                    "customer_average_" + nth,
                    "entity: customer, aggregate: avg, of: amount",
                    window);
        }
        return features.toString();
    }

    private static void feature(StringBuilder to, String name, String what, String window) {
        to.append("    - {name: %s, %s, window: %s}%n".formatted(name, what, window));
    }

    private static String millis(Duration duration) {
        return duration.toMillis() + " ms";
    }

    private static String head() {
        return text("/features.yaml");
    }

    /** A resource's text. */
    static String text(String resource) {
        try (InputStream file = FeaturesViews.class.getResourceAsStream(resource)) {
            return new String(
                    Objects.requireNonNull(file, resource).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
