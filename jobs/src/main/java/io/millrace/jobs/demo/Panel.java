package io.millrace.jobs.demo;

import io.millrace.jobs.terminal.Terminal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Draws snapshots: over the last one where the terminal allows it, else a line now and then. */
final class Panel {
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("d MMM yyyy", Locale.ENGLISH).withZone(ZoneOffset.UTC);
    private static final double SECONDS_PER_LINE = 5;
    private static final int BAR = 30;

    private final Terminal terminal;
    private int drawnLines;
    private double lastLineSeconds = Double.NEGATIVE_INFINITY;

    Panel(Terminal terminal) {
        this.terminal = terminal;
    }

    void draw(Snapshot now) {
        if (terminal.live()) {
            drawOver(lines(now));
        } else if (now.elapsedSeconds() - lastLineSeconds >= SECONDS_PER_LINE) {
            lastLineSeconds = now.elapsedSeconds();
            terminal.line(line(now));
        }
    }

    /** Leaves the last drawing where it is; what follows goes below. */
    void end(Snapshot last) {
        if (terminal.live()) {
            drawOver(lines(last));
            drawnLines = 0;
        } else {
            terminal.line(line(last));
        }
    }

    private void drawOver(List<String> lines) {
        var drawing = new StringBuilder();
        if (drawnLines > 0) {
            drawing.append("\033[").append(drawnLines).append('F');
        }
        for (String line : lines) {
            drawing.append("\033[2K").append(line).append('\n');
        }
        drawing.append("\033[J");
        terminal.out().print(drawing);
        terminal.out().flush();
        drawnLines = lines.size();
    }

    private List<String> lines(Snapshot now) {
        var lines = new ArrayList<String>();
        lines.add("");
        lines.add(
                "  %s  %s  %3.0f %%"
                        .formatted(
                                terminal.bold(
                                        DAY.format(Instant.ofEpochMilli(now.simulatedMillis()))),
                                bar(now.share()),
                                100 * now.share()));
        lines.add("");
        lines.add(
                row(
                        "events",
                        "%,10d in    %,8.0f/s".formatted(now.sent(), now.sentPerSecond()),
                        "%,10d answered  %,8.0f/s"
                                .formatted(now.answered(), now.answeredPerSecond())));
        lines.add(
                row(
                        "latency",
                        "%6d ms p50 %6d ms p99"
                                .formatted(now.latencyMedianMillis(), now.latency99Millis()),
                        "until a reader sees it  %,d ms p50  %,d ms p99"
                                .formatted(now.visibleMedianMillis(), now.visible99Millis())));
        lines.add(
                row(
                        "fraud",
                        "%,10d caught  %,6d missed".formatted(now.caught(), now.missed()),
                        "%,10d alerts, %,d of them false"
                                .formatted(now.alerts(), now.falseAlerts())));
        lines.add(
                row(
                        "refused",
                        "%,10d dead letters".formatted(sum(now.deadLetters())),
                        reasons(now.deadLetters(), now.duplicates())));
        lines.add(row("durable", "%,10d checkpoints".formatted(now.checkpoints()), ""));
        if (!now.frauds().isEmpty()) {
            lines.add("");
            for (CaughtFraud fraud : now.frauds()) {
                lines.add("  " + terminal.yellow(fit(fraud.story(), 2)));
                lines.add("  " + terminal.dim(fit("    " + fraud.truth(), 2)));
            }
        }
        return lines;
    }

    private String row(String name, String left, String right) {
        return "  %s %s"
                .formatted(
                        terminal.dim("%-8s".formatted(name)),
                        fit("%-32s %s".formatted(left, right), 11));
    }

    /** Cut to what is left of the terminal's width. */
    private String fit(String text, int used) {
        int room = terminal.columns() - used - 1;
        return text.length() <= room ? text : text.substring(0, Math.max(0, room - 1)) + "…";
    }

    private String bar(double share) {
        int filled = (int) Math.round(Math.min(1, share) * BAR);
        return terminal.green("━".repeat(filled)) + terminal.dim("━".repeat(BAR - filled));
    }

    private String line(Snapshot now) {
        return String.format(
                Locale.ROOT,
                "%4.0f s  %s  %3.0f %%  in %,d (%,.0f/s)  answered %,d  p50 %d ms p99 %d ms  caught"
                        + " %,d missed %,d  dead letters %,d  duplicates %,d  checkpoints %d",
                now.elapsedSeconds(),
                DAY.format(Instant.ofEpochMilli(now.simulatedMillis())),
                100 * now.share(),
                now.sent(),
                now.sentPerSecond(),
                now.answered(),
                now.latencyMedianMillis(),
                now.latency99Millis(),
                now.caught(),
                now.missed(),
                sum(now.deadLetters()),
                now.duplicates(),
                now.checkpoints());
    }

    static String reasons(Map<String, Long> deadLetters, long duplicates) {
        String reasons =
                deadLetters.entrySet().stream()
                        .map(reason -> "%s %,d".formatted(reason.getKey(), reason.getValue()))
                        .collect(Collectors.joining(", "));
        return reasons + (reasons.isEmpty() ? "" : "; ") + "duplicates %,d".formatted(duplicates);
    }

    static long sum(Map<String, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }
}
