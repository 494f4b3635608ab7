package io.millrace.jobs.demo;

import com.google.errorprone.annotations.FormatMethod;
import io.millrace.jobs.terminal.Terminal;
import io.millrace.registry.ModelVersion;
import io.millrace.spec.PipelineSpec;
import java.lang.management.ManagementFactory;

/** What the demo says in the end. */
final class Summary {
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
     * @return whether every record has exactly one fate
     */
    boolean write(Snapshot end, Tally tally, Verdicts verdicts) {
        long deadLetters = end.answered() - end.scores() - end.duplicates();
        long sent = end.sent();
        long missing = sent - end.answered();
        boolean balanced = config.keep() ? missing >= 0 : missing == 0;
        heading("Every record is accounted for");
        terminal.line(
                "  %,d in = %,d scored + %,d dead-lettered + %,d duplicate%s  %s",
                sent,
                end.scores(),
                deadLetters,
                end.duplicates(),
                missing == 0 ? "" : " + %,d still buffered".formatted(missing),
                balanced ? terminal.green("✓") : terminal.red("✗"));
        if (!end.deadLetters().isEmpty()) {
            terminal.line("  dead letters: %s", Panel.reasons(end.deadLetters(), end.duplicates()));
        }

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
                "  at %.2f and above: precision %.3f   recall %.3f   (%,d caught, %,d missed, %,d"
                        + " false alerts)",
                spec.decision().threshold(),
                (double) end.caught() / alerts,
                (double) end.caught() / quality.frauds(),
                end.caught(),
                end.missed(),
                end.falseAlerts());

        heading("How fast");
        long started = ManagementFactory.getRuntimeMXBean().getStartTime();
        terminal.line(
                "  first score %.1f s after the process began",
                (tally.firstScoreMillis() - started) / 1e3);
        terminal.line(
                "  %,.0f events/s   latency p50 %,d ms, p99 %,d ms in the job; p50 %,d ms, p99 %,d"
                        + " ms until visible, exactly once, every %s",
                sent / end.elapsedSeconds(),
                end.latencyMedianMillis(),
                end.latency99Millis(),
                end.visibleMedianMillis(),
                end.visible99Millis(),
                seconds());

        if (!config.keep()) {
            heading("What to try next");
            next(
                    "./millrace demo --keep",
                    "all of it runs on: the web UI, the metrics, the topics");
            next("./millrace demo --rate max --events 500000", "as fast as this machine takes it");
            next("./millrace validate jobs/pipelines/card-fraud.yaml", "after a misspelling in it");
        }
        return balanced;
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
