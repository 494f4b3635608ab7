package io.millrace.jobs.backfill;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import io.millrace.jobs.terminal.Terminal;
import io.millrace.spec.PipelineSpec;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a backfill says in the end. */
public final class BackfillSummary {
    private static final double MEGABYTE = 1e6;

    private final Terminal terminal;
    private final PipelineSpec spec;
    private final BackfillConfig config;

    public BackfillSummary(Terminal terminal, PipelineSpec spec, BackfillConfig config) {
        this.terminal = terminal;
        this.spec = spec;
        this.config = config;
    }

    /** Writes it. */
    public void write(Counts counts, double seconds) {
        terminal.line(
                "%s %,d rows in %s, after %.1f s",
                terminal.green("✓"), counts.of(Counts.WRITTEN), config.output(), seconds);
        terminal.line("");
        Map<String, Long> refused = counts.refused();
        row(
                "read",
                "%,d events, %,d labels; %,d refused%s, %,d duplicates",
                counts.read(),
                counts.readLabels(),
                refused.values().stream().mapToLong(Long::longValue).sum(),
                refused.isEmpty() ? "" : " (" + counts.reasons() + ")",
                counts.of(Counts.DUPLICATES));
        counts.examples().forEach(example -> row("", "%s", example));
        row(
                "rows",
                "%s to %s; %,d with a label",
                Instant.ofEpochMilli(counts.of(Counts.WRITTEN_EARLIEST)),
                Instant.ofEpochMilli(counts.of(Counts.WRITTEN_LATEST)),
                counts.of(Counts.LABELLED));
        if (counts.of(Counts.WARMING) > 0) {
            row(
                    "warming",
                    "%,d rows up to %s: windows of theirs begin before the history",
                    counts.of(Counts.WARMING),
                    Instant.ofEpochMilli(counts.of(Counts.WARMING_LATEST)));
        }
        row(
                "features",
                "%d of %s, as the stream computes them",
                spec.features().vector().size(),
                spec.features().view());
        row(
                "files",
                "%s",
                Stream.concat(
                                config.formats().stream().map(TrainingSetFormat::fileName),
                                Stream.of(Manifest.FILE))
                        .map(this::file)
                        .collect(Collectors.joining(", ")));
    }

    private String file(String name) {
        double bytes = Digest.size(config.output().resolve(name));
        return bytes < MEGABYTE / 10 ? name : "%s (%.1f MB)".formatted(name, bytes / MEGABYTE);
    }

    @FormatMethod
    private void row(String name, @FormatString String text, Object... values) {
        terminal.line("  %s %s", terminal.dim("%-9s".formatted(name)), text.formatted(values));
    }
}
