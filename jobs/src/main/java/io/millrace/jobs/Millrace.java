package io.millrace.jobs;

import io.millrace.inference.OnnxRuntime;
import io.millrace.jobs.terminal.CommandFailure;
import io.millrace.jobs.terminal.ExitCode;
import io.millrace.jobs.terminal.Interrupted;
import io.millrace.jobs.terminal.Sentence;
import io.millrace.jobs.terminal.Terminal;
import io.millrace.source.UnreadableFileException;
import io.millrace.spec.SpecException;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The command line. */
@Command(
        name = "millrace",
        description =
                "Scores events with machine-learning models while they flow through Apache Flink.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            DemoCommand.class,
            ValidateCommand.class,
            TopicsCommand.class,
            RunCommand.class,
            ModelsCommand.class,
            TryModelCommand.class,
            BootstrapCommand.class,
            ReconcileCommand.class,
            BackfillCommand.class,
            ProfileCommand.class,
            ReportCommand.class,
            AlertsCommand.class,
            ParityCommand.class,
            VersionCommand.class,
            CommandLine.HelpCommand.class,
        })
public final class Millrace {
    @Option(
            names = "--debug",
            scope = ScopeType.INHERIT,
            description = "Add stack traces to what went wrong.")
    private boolean debug;

    private Millrace() {}

    public static void main(String[] args) {
        // Numbers and dates read the same everywhere.
        Locale.setDefault(Locale.ENGLISH);
        Scratch.removeLaunchersFolder();
        System.exit(run(Terminal.ofProcess(System.getenv()), args));
    }

    static int run(Terminal terminal, String... args) {
        PrintStream err = terminal.err();
        var millrace = new Millrace();
        var commands =
                new CommandLine(millrace, new CommandFactory(terminal))
                        .setOut(writer(terminal.out()))
                        .setErr(writer(err))
                        .setUsageHelpAutoWidth(false)
                        .setUsageHelpWidth(terminal.columns())
                        .setCaseInsensitiveEnumValuesAllowed(true)
                        .setExecutionExceptionHandler(
                                (failure, command, parsed) -> millrace.report(failure, err));
        commands.setParameterExceptionHandler(
                (mistake, arguments) -> {
                    err.println("millrace: " + mistake.getMessage());
                    err.println(
                            "          see: ./"
                                    + mistake.getCommandLine().getCommandSpec().qualifiedName()
                                    + " --help");
                    return ExitCode.BAD_INPUT;
                });
        String refusal = OnnxRuntime.refusal();
        if (refusal != null) {
            err.println("millrace: " + refusal);
            return ExitCode.FAILED;
        }
        return commands.execute(args);
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
    }

    private int report(Exception failure, PrintStream err) {
        if (failure instanceof SpecException) {
            err.println(failure.getMessage());
            return ExitCode.BAD_INPUT;
        }
        if (failure instanceof Interrupted interrupted) {
            return interrupted.exitCode();
        }
        boolean expected = Sentence.isWritten(failure);
        err.println(
                "millrace: "
                        + Sentence.of(failure)
                        + (expected || debug ? "" : " (--debug says where)"));
        if (debug) {
            failure.printStackTrace(err);
        }
        if (failure instanceof UnreadableFileException) {
            return ExitCode.BAD_INPUT;
        }
        return failure instanceof CommandFailure said ? said.exitCode() : ExitCode.FAILED;
    }
}
