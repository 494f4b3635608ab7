package io.millrace.jobs;

import io.millrace.jobs.alerts.AlertRelay;
import io.millrace.jobs.terminal.CommandFailure;
import io.millrace.jobs.terminal.ExitCode;
import io.millrace.jobs.terminal.Terminal;
import io.millrace.spec.PipelineSpec;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Hands a pipeline's alerts on. */
@Command(
        name = "alerts",
        mixinStandardHelpOptions = true,
        description = {
            "Posts a pipeline's alerts to an Alertmanager, those first that nobody has been told.",
            "Goes on until Ctrl-C. An alert that is not taken is posted again."
        })
final class AlertsCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin private PipelineArgument pipeline = new PipelineArgument();

    @Option(
            names = "--webhook",
            paramLabel = "URL",
            required = true,
            description =
                    "Where alerts go: Alertmanager's API v2, such as"
                            + " http://alertmanager:9093/api/v2/alerts.")
    private String webhook = "";

    @Option(names = "--once", description = "End with the alerts that are there.")
    private boolean once;

    AlertsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        PipelineSpec spec = pipeline.read().spec();
        if (spec.monitor() == null) {
            throw CommandFailure.badInput(
                    "%s has no monitor section, so there are no alerts", pipeline.path());
        }
        URI receiver = receiver();
        try (var scratch = Scratch.create("alerts")) {
            Log.to(scratch.folder().resolve("millrace.log"));
            new AlertRelay(spec, receiver, terminal::line).run(once);
        }
        return ExitCode.OK;
    }

    private URI receiver() {
        try {
            var uri = new URI(webhook);
            if (("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
                    && uri.getHost() != null) {
                return uri;
            }
        } catch (URISyntaxException e) {
            throw unlike().causedBy(e);
        }
        throw unlike();
    }

    // It is left out: it may hold a password.
    private static CommandFailure unlike() {
        return CommandFailure.badInput(
                "--webhook is no address; it must be one of http or https, such as"
                        + " http://alertmanager:9093/api/v2/alerts");
    }
}
