package io.millrace.jobs;

import io.millrace.jobs.terminal.ExitCode;
import io.millrace.jobs.terminal.Terminal;
import java.util.concurrent.Callable;
import org.apache.flink.runtime.util.EnvironmentInformation;
import org.apache.kafka.common.utils.AppInfoParser;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** Which versions this is. */
@Command(
        name = "version",
        mixinStandardHelpOptions = true,
        description = "Says which versions this is, and runs on.")
final class VersionCommand implements Callable<Integer> {
    private final Terminal terminal;

    VersionCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        terminal.line(
                "Millrace %s", version(Millrace.class.getPackage().getImplementationVersion()));
        terminal.line("Flink %s", EnvironmentInformation.getVersion());
        terminal.line("Kafka clients %s", AppInfoParser.getVersion());
        terminal.line("Java %s (%s)", Runtime.version(), System.getProperty("java.vendor"));
        return ExitCode.OK;
    }

    private static String version(@Nullable String implementation) {
        return implementation == null ? "from classes" : implementation;
    }
}
