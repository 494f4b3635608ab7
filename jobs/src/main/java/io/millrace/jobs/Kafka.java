package io.millrace.jobs;

import io.millrace.jobs.terminal.CommandFailure;
import io.millrace.sink.SinkPreflight;
import io.millrace.spec.PipelineSpec;
import java.time.Duration;
import java.util.List;

/** How commands ask the pipeline's Kafka cluster. */
final class Kafka {
    /** For each answer; a person waits. */
    static final Duration TIMEOUT = Duration.ofSeconds(8);

    private Kafka() {}

    /**
     * Refuses to go on where the cluster would not take what the job is going to send.
     *
     * @param typed the pipeline's file, as commands in the sentences name it
     * @throws CommandFailure with everything that is in the way
     */
    static void check(PipelineSpec spec, String typed) {
        List<String> problems = SinkPreflight.check(spec, typed, TIMEOUT);
        if (!problems.isEmpty()) {
            throw CommandFailure.failed("%s", String.join("\n          ", problems));
        }
    }
}
