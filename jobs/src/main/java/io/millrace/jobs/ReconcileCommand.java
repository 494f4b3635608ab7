package io.millrace.jobs;

import io.millrace.jobs.reconcile.Reconciler;
import io.millrace.jobs.reconcile.Reconciler.Until;
import io.millrace.jobs.reconcile.Reconciliation;
import io.millrace.jobs.terminal.ExitCode;
import io.millrace.jobs.terminal.Terminal;
import io.millrace.spec.PipelineSpec;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Says what became of every input record. */
@Command(
        name = "reconcile",
        mixinStandardHelpOptions = true,
        description = {
            "Proves from the topics alone that every record of the event topic is in exactly one"
                    + " place:",
            "a score, a dead letter, or a duplicate. Names every record that is missing or"
                    + " doubled.",
            "Exit code: 0 where it holds, 1 where it does not."
        })
final class ReconcileCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin private PipelineArgument pipeline = new PipelineArgument();

    @Option(
            names = "--until",
            paramLabel = "committed|end",
            defaultValue = "committed",
            description = {
                "Up to where records count: committed is what the job says it has read, right while"
                        + " it runs;",
                "end is the whole topic, right once the job has been drained. Default: committed."
            })
    private Until until = Until.COMMITTED;

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            defaultValue = "15",
            description = "How long to wait for answers that are on their way. Default: 15.")
    private int waitSeconds;

    ReconcileCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        PipelineSpec spec = pipeline.read().spec();
        Kafka.refuseMissing("reconcile", spec, topic -> true, pipeline.typed());
        Reconciliation found = new Reconciler(spec, until, Duration.ofSeconds(waitSeconds)).run();
        terminal.line(found.render());
        return found.holds() ? ExitCode.OK : ExitCode.FAILED;
    }
}
