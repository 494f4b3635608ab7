package io.millrace.jobs;

import io.millrace.jobs.pipeline.Broker;
import io.millrace.jobs.terminal.CommandFailure;
import io.millrace.jobs.terminal.ExitCode;
import io.millrace.jobs.terminal.Terminal;
import io.millrace.spec.PipelineSpec;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
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
            description = "Copies of each new topic. Default: the broker's.")
    private @Nullable Short replication;

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
        PipelineSpec spec = pipeline.read().spec();
        Set<String> topics = Broker.topics(spec);
        try (var broker = Broker.reach(spec.kafka())) {
            Map<String, Integer> existing = broker.partitions(topics);
            for (String topic : topics) {
                Integer has = existing.get(topic);
                if (has != null) {
                    terminal.line("%s exists, %s", topic, partitions(has));
                } else if (dryRun) {
                    terminal.line("%s would be created, %s", topic, partitions(partitions));
                } else if (broker.create(topic, partitions, Optional.ofNullable(replication))) {
                    terminal.line("%s created, %s", topic, partitions(partitions));
                } else {
                    terminal.line("%s exists", topic);
                }
            }
        }
        return ExitCode.OK;
    }

    private static String partitions(int count) {
        return count == 1 ? "1 partition" : count + " partitions";
    }
}
