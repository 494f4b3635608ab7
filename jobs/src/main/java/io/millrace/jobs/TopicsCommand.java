package io.millrace.jobs;

import io.millrace.jobs.terminal.CommandFailure;
import io.millrace.jobs.terminal.ExitCode;
import io.millrace.jobs.terminal.Terminal;
import io.millrace.sink.TopicPlan;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Creates the topics of a pipeline. */
@Command(
        name = "topics",
        mixinStandardHelpOptions = true,
        description = {
            "Creates the topics that a pipeline reads and writes, where they do not exist.",
            "Never changes one that does."
        })
final class TopicsCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin private PipelineArgument pipeline = new PipelineArgument();

    @Option(
            names = "--partitions",
            paramLabel = "N",
            defaultValue = "4",
            description =
                    "Partitions of each new topic; the most subtasks that can read it. Default: 4.")
    private int partitions;

    @Option(
            names = "--replication",
            paramLabel = "N",
            defaultValue = "-1",
            description = "Copies of each new topic. Default: the broker's.")
    private short replication;

    @Option(names = "--dry-run", description = "Only say what would be created.")
    private boolean dryRun;

    TopicsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        if (partitions < 1) {
            throw CommandFailure.badInput("--partitions is %d; it must be 1 or more", partitions);
        }
        if (replication == 0 || replication < -1) {
            throw CommandFailure.badInput("--replication is %d; it must be 1 or more", replication);
        }
        TopicPlan plan = TopicPlan.of(pipeline.read().spec());
        if (dryRun) {
            List<String> missing = plan.missing(Kafka.TIMEOUT);
            for (String topic : plan.topics()) {
                terminal.line(
                        missing.contains(topic)
                                ? "%s would be created, %s".formatted(topic, partitions())
                                : "%s exists".formatted(topic));
            }
            return ExitCode.OK;
        }
        TopicPlan.Created done = plan.create(partitions, replication, Kafka.TIMEOUT);
        for (String topic : plan.topics()) {
            terminal.line(
                    done.created().contains(topic)
                            ? "%s created, %s".formatted(topic, partitions())
                            : "%s exists".formatted(topic));
        }
        return ExitCode.OK;
    }

    private String partitions() {
        return partitions == 1 ? "1 partition" : partitions + " partitions";
    }
}
