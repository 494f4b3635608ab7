package io.millrace.jobs.demo;

import com.google.errorprone.annotations.FormatMethod;
import io.millrace.jobs.pipeline.EventTimeRange;
import io.millrace.jobs.reconcile.Reconciler;
import io.millrace.jobs.report.PublishedReports;
import io.millrace.jobs.report.ReportContent;
import io.millrace.jobs.report.ReportPage;
import io.millrace.jobs.terminal.Terminal;
import io.millrace.registry.ModelVersion;
import io.millrace.spec.MonitorSpec;
import io.millrace.spec.PipelineSpec;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;

/** What the demo says in the end. */
final class Summary {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int WORST = 3;

    private final Terminal terminal;
    private final DemoConfig config;
    private final PipelineSpec spec;
    private final ModelVersion model;

    Summary(Terminal terminal, DemoConfig config, PipelineSpec spec, ModelVersion model) {
        this.terminal = terminal;
        this.config = config;
        this.spec = spec;
        this.model = model;
    }

    /**
     * Writes the summary.
     *
     * @param read how it stood when the job had read all
     * @param end how it stands
     * @return whether every record has exactly one fate
     */
    boolean write(Snapshot read, Snapshot end, Tally tally, Verdicts verdicts) throws IOException {
        boolean balanced = account(end);

        RankingQuality quality = verdicts.quality();
        long alerts = end.caught() + end.falseAlerts();
        heading("How right %s was, by the %,d labels that arrived", model, quality.labelled());
        terminal.line(
                "  AUC %.3f   average precision %.3f   (%,d frauds, %.2f %%)",
                quality.auc(),
                quality.averagePrecision(),
                quality.frauds(),
                100.0 * quality.frauds() / quality.labelled());
        terminal.line(
                "  at %.2f and above: precision %s   recall %s   (%,d caught, %,d missed, %,d"
                        + " false alerts)",
                spec.decision().threshold(),
                share(end.caught(), alerts),
                share(end.caught(), quality.frauds()),
                end.caught(),
                end.missed(),
                end.falseAlerts());

        monitored();

        // A live panel has shown them already, and they stay on the screen.
        if (!terminal.live() && !end.frauds().isEmpty()) {
            heading("Some of what it caught");
            for (CaughtFraud fraud : end.frauds()) {
                terminal.line("  %s", fraud.story());
                terminal.line("      %s", fraud.truth());
            }
        }

        heading("How fast");
        long started = ManagementFactory.getRuntimeMXBean().getStartTime();
        terminal.line(
                "  first score %.1f s after the process began",
                (tally.firstScoreMillis() - started) / 1e3);
        terminal.line(
                "  %,.0f events/s   latency p50 %,d ms, p99 %,d ms in the job; p50 %,d ms, p99 %,d"
                        + " ms until visible, exactly once, every %s",
                read.sent() / read.elapsedSeconds(),
                end.latencyMedianMillis(),
                end.latency99Millis(),
                end.visibleMedianMillis(),
                end.visible99Millis(),
                seconds());
        if (tally.isWarm()) {
            terminal.line(
                    "  without the first %d s, when the JVM was cold: p99 %,d ms then",
                    Tally.WARM_UP_MILLIS / 1_000, tally.coldLatencyMillis(0.99));
        }

        if (!config.keep()) {
            heading("What to try next");
            next(
                    "./millrace demo --keep",
                    "all of it runs on: the web UI, the metrics, the topics");
            next(
                    "./millrace demo --report report.html",
                    "what the monitor saw, as one page for people");
            next("./millrace demo --rate max --events 500000", "as fast as this machine takes it");
            next("./millrace validate jobs/pipelines/card-fraud.yaml", "after a misspelling in it");
        }
        return balanced;
    }

    /** From the topics too: windows of event time that have ended. */
    private void monitored() throws IOException {
        MonitorSpec monitor = spec.monitor();
        if (monitor == null) {
            return;
        }
        heading("What the monitor saw");
        var reports = PublishedReports.read(spec, spec.model().name(), EventTimeRange.ALL);
        if (reports.isEmpty()) {
            terminal.line("  nothing yet: no window of event time has ended");
            return;
        }
        var content = ReportContent.of(spec, monitor, reports, EventTimeRange.ALL, Instant.now());
        terminal.line("  %s", String.join(", ", content.summary()));
        content.worst(WORST).forEach(line -> terminal.line("  %s", line));
        if (config.report() != null) {
            Files.writeString(config.report(), ReportPage.of(content));
            terminal.line("  %s; open it in a browser", config.report());
        }
    }

    /** From the topics, and so from what users have: not from what this process counted. */
    private boolean account(Snapshot end) {
        heading("Every record is accounted for");
        if (config.keep()) {
            long buffered = end.sent() - end.answered();
            terminal.line(
                    "  %,d in = %,d answered + %,d buffered until newer ones have come; ./millrace"
                            + " reconcile names them",
                    end.sent(), end.answered(), buffered);
            return buffered >= 0;
        }
        var found = new Reconciler(spec, Reconciler.Until.END, PATIENCE).run();
        found.render()
                .lines()
                .filter(line -> !line.isEmpty())
                .forEach(line -> terminal.line("  " + line));
        terminal.line(
                "  dead letters: %s  %s",
                Panel.reasons(end.deadLetters(), end.duplicates()),
                found.holds() ? terminal.green("✓") : terminal.red("✗"));
        return found.holds();
    }

    /** To three decimals; of nothing there is no share. */
    private static String share(long part, long whole) {
        return whole == 0 ? "–" : "%.3f".formatted((double) part / whole);
    }

    private void next(String command, String why) {
        terminal.line("  %-52s %s", command, terminal.dim(why));
    }

    private String seconds() {
        return "%.0f s".formatted(spec.checkpoint().interval().toMillis() / 1e3);
    }

    @FormatMethod
    private void heading(String text, Object... values) {
        terminal.line("");
        terminal.line(terminal.bold(text.formatted(values)));
    }
}
