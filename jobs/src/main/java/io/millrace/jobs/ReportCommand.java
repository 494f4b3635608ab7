package io.millrace.jobs;

import io.millrace.jobs.pipeline.EventTimeRange;
import io.millrace.jobs.pipeline.PipelineFile;
import io.millrace.jobs.report.PublishedReports;
import io.millrace.jobs.report.ReportContent;
import io.millrace.jobs.report.ReportPage;
import io.millrace.jobs.terminal.CommandFailure;
import io.millrace.jobs.terminal.ExitCode;
import io.millrace.jobs.terminal.Terminal;
import io.millrace.spec.MonitorSpec;
import io.millrace.spec.PipelineSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes what the monitor has seen as one page. */
@Command(
        name = "report",
        mixinStandardHelpOptions = true,
        description = {
            "Writes one HTML page of what the monitor has published: drift, quality, incidents,"
                    + " data quality.",
            "It needs no other file and no network. The job may run on meanwhile. Windows that"
                    + " reach into the range count.",
            "Exit code: 0 written, 1 failed, 2 bad input."
        })
final class ReportCommand implements Callable<Integer> {
    private static final int WORST = 5;

    private final Terminal terminal;

    @Mixin private PipelineArgument pipeline = new PipelineArgument();

    @Mixin private ModelArgument name = new ModelArgument();

    @Mixin private RangeArguments times = new RangeArguments();

    @Option(
            names = "--out",
            paramLabel = "FILE",
            defaultValue = "report.html",
            description = "Where the page goes. Default: report.html.")
    private Path out = Path.of("report.html");

    ReportCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        PipelineFile file = pipeline.read();
        PipelineSpec spec = file.spec();
        MonitorSpec monitor = spec.monitor();
        if (monitor == null) {
            throw CommandFailure.badInput(
                    "%s has no monitor section, so there is nothing to report", pipeline.path());
        }
        String model = name.of(file);
        EventTimeRange range = times.range();
        refuse("--out", out);
        try (var scratch = Scratch.create("report")) {
            Log.to(scratch.folder().resolve("millrace.log"));
            Kafka.refuseMissing(
                    "report",
                    spec,
                    PublishedReports.topics(spec.output())::contains,
                    pipeline.typed());
            write(terminal, spec, model, monitor, range, out);
        }
        return ExitCode.OK;
    }

    /**
     * Reads the topics, writes the page and says so.
     *
     * @throws CommandFailure where there is nothing to show
     */
    static void write(
            Terminal terminal,
            PipelineSpec spec,
            String model,
            MonitorSpec monitor,
            EventTimeRange range,
            Path out)
            throws IOException {
        PublishedReports reports = PublishedReports.read(spec, model, range);
        if (reports.isEmpty()) {
            throw nothing(spec, model, reports, range);
        }
        ReportContent content = ReportContent.of(spec, monitor, reports, range, Instant.now());
        Files.writeString(out, ReportPage.of(content));
        terminal.line(
                "%s  %s", terminal.bold(spec.pipeline()), String.join(", ", content.summary()));
        List<String> worst = content.worst(WORST);
        worst.forEach(line -> terminal.line("  %s", line));
        if (worst.isEmpty()) {
            terminal.line("  no feature has drifted");
        }
        if (reports.unreadable() > 0) {
            terminal.line("  passed over: %,d records that are no reports", reports.unreadable());
        }
        terminal.line("  %s  %,d KB; open it in a browser", out, Files.size(out) / 1024);
    }

    /**
     * Refuses a file that could not be written in the end.
     *
     * @param option that names it
     * @throws CommandFailure where it is a folder, or in none
     */
    static void refuse(String option, Path out) {
        Path folder = out.toAbsolutePath().getParent();
        if (folder != null && !Files.isDirectory(folder)) {
            throw CommandFailure.badInput("%s is in %s, which is no folder", option, folder);
        }
        if (Files.isDirectory(out)) {
            throw CommandFailure.badInput("%s is %s, a folder; it must be a file", option, out);
        }
    }

    private static CommandFailure nothing(
            PipelineSpec spec, String model, PublishedReports reports, EventTimeRange range) {
        if (reports.seen() > 0) {
            return CommandFailure.failed(
                    "none of the %,d reports and alerts of %s is %s; --from and --to must be event"
                            + " times that windows reach into",
                    reports.seen(), model, range);
        }
        return CommandFailure.failed(
                "there are no reports of %s in %s yet; the first comes when event time has passed a"
                        + " whole window",
                model, spec.output().drift());
    }
}
