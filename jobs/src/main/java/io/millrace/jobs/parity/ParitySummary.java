package io.millrace.jobs.parity;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import io.millrace.jobs.parity.ParityReport.FeatureDistance;
import io.millrace.jobs.terminal.Terminal;
import io.millrace.spec.PipelineSpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a comparison says in the end. */
public final class ParitySummary {
    private final Terminal terminal;
    private final PipelineSpec spec;
    private final double tolerance;

    public ParitySummary(Terminal terminal, PipelineSpec spec, double tolerance) {
        this.terminal = terminal;
        this.spec = spec;
        this.tolerance = tolerance;
    }

    /**
     * Writes it.
     *
     * @param inputs the record of an event as it was read; null where it cannot be had
     */
    public void write(ParityReport report, Function<Difference, @Nullable String> inputs) {
        String rows = report.compared() == 1 ? "event" : "events";
        if (report.holds()) {
            terminal.line(
                    "%s %,d %s compared, %s",
                    terminal.green("✓"),
                    report.compared(),
                    rows,
                    report.within() == 0
                            ? "all features equal to the bit"
                            : "%,d equal to the bit, %,d within %s"
                                    .formatted(report.equal(), report.within(), tolerance));
        } else {
            terminal.line(
                    "%s %,d of %,d %s differ by more than %s",
                    terminal.red("✗"), report.differingCount(), report.compared(), rows, tolerance);
        }
        only("only in the scores", report.loggedOnly());
        only("only in the backfill", report.computedOnly());
        features(report.features());
        report.differing()
                .forEach(
                        row ->
                                row(
                                        row,
                                        report.warming().apply(row.eventTimeMillis()),
                                        inputs.apply(row)));
        if (report.differingCount() > report.differing().size()) {
            terminal.line("");
            terminal.line("  … and %,d more", report.differingCount() - report.differing().size());
        }
    }

    private void only(String where, Map<String, Long> reasons) {
        if (!reasons.isEmpty()) {
            terminal.line(
                    "  %s: %s",
                    where,
                    reasons.entrySet().stream()
                            .map(reason -> "%s %,d".formatted(reason.getKey(), reason.getValue()))
                            .collect(Collectors.joining(", ")));
        }
    }

    private void features(List<FeatureDistance> all) {
        List<FeatureDistance> differing =
                all.stream().filter(feature -> feature.differing() > 0).toList();
        if (differing.isEmpty()) {
            return;
        }
        int width = differing.stream().mapToInt(f -> f.name().length()).max().orElse(0);
        terminal.line("");
        terminal.line(
                "  %s",
                terminal.dim(
                        ("%-" + width + "s %10s %12s %12s %12s")
                                .formatted("feature", "differ", "max", "p50", "p99")));
        for (FeatureDistance feature : differing) {
            terminal.line(
                    "  %s %,10d %12.6g %12.6g %12.6g",
                    ("%-" + width + "s").formatted(feature.name()),
                    feature.differing(),
                    feature.greatest(),
                    feature.median(),
                    feature.p99());
        }
        if (differing.size() < all.size()) {
            terminal.line("  the other %d are equal", all.size() - differing.size());
        }
    }

    private void row(Difference row, int[] warming, @Nullable String input) {
        terminal.line("");
        say(
                "  event %s of %s, read at %d@%d",
                terminal.bold(row.eventId()),
                Instant.ofEpochMilli(row.eventTimeMillis()),
                row.partition(),
                row.offset());
        if (input != null) {
            say("    %s", terminal.dim(input));
        }
        boolean isExplained = true;
        for (int i = 0; i < row.logged().length; i++) {
            if (row.distance(i) > tolerance) {
                boolean isWarming = Arrays.binarySearch(warming, i) >= 0;
                isExplained &= isWarming;
                say(
                        "    %s: logged %s, computed %s%s",
                        spec.features().vector().get(i).name(),
                        text(row.logged()[i]),
                        text(row.computed()[i]),
                        isWarming ? "; its window begins before the history" : "");
            }
        }
        if (row.causes().isEmpty() && !isExplained) {
            say("    no row of its entities is known to have come after it");
        }
        row.causes().forEach(cause -> say("    because %s", cause));
    }

    private static String text(double value) {
        return Double.isNaN(value) ? "missing" : Double.toString(value);
    }

    @FormatMethod
    private void say(@FormatString String text, Object... values) {
        terminal.line(text.formatted(values));
    }
}
