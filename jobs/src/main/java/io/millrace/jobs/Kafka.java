package io.millrace.jobs;

import io.millrace.jobs.terminal.CommandFailure;
import io.millrace.sink.SinkPreflight;
import io.millrace.sink.TopicPlan;
import io.millrace.spec.PipelineSpec;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

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

    /**
     * Refuses to go on where topics that are to be read do not exist.
     *
     * @param what is to be done with them
     * @param topics those of the pipeline that are read
     * @param typed the pipeline's file, as commands in the sentences name it
     * @throws CommandFailure with the names of all that are missing
     */
    static void refuseMissing(
            String what, PipelineSpec spec, Predicate<String> topics, String typed) {
        List<String> missing = TopicPlan.of(spec).missing(TIMEOUT).stream().filter(topics).toList();
        if (!missing.isEmpty()) {
            throw CommandFailure.failed(
                    "there is nothing to %s in Kafka at %s: %s not exist; create with: ./millrace"
                            + " topics %s",
                    what,
                    spec.kafka().bootstrapServers(),
                    missing.size() == 1
                            ? "topic " + missing.get(0) + " does"
                            : "topics " + String.join(", ", missing) + " do",
                    typed);
        }
    }
}
