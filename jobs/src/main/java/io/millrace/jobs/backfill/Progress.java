package io.millrace.jobs.backfill;

import io.millrace.jobs.terminal.Terminal;
import java.util.Locale;

/** How far a job is: over the same line where the terminal allows it, else a line now and then. */
final class Progress {
    private static final double SECONDS_PER_LINE = 5;
    private static final double NANOS_PER_SECOND = 1e9;

    private final Terminal terminal;
    private final long begunNanos = System.nanoTime();
    private double lastLineSeconds;
    private boolean drawn;

    Progress(Terminal terminal) {
        this.terminal = terminal;
    }

    void show(Counts now) {
        double seconds = (System.nanoTime() - begunNanos) / NANOS_PER_SECOND;
        if (terminal.live()) {
            terminal.out().print("\r\033[K" + line(now, seconds));
            terminal.out().flush();
            drawn = true;
        } else if (seconds - lastLineSeconds >= SECONDS_PER_LINE) {
            lastLineSeconds = seconds;
            terminal.line(line(now, seconds));
        }
    }

    /** What follows stands where the progress was. */
    void end() {
        if (drawn) {
            terminal.out().print("\r\033[K");
            terminal.out().flush();
        }
    }

    private static String line(Counts now, double seconds) {
        return String.format(
                Locale.ROOT,
                "  %4.0f s  read %,d events and %,d labels  computed %,d  written %,d",
                seconds,
                now.read(),
                now.readLabels(),
                now.of(Counts.COMPUTED),
                now.of(Counts.WRITTEN));
    }
}
