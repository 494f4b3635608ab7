package io.millrace.jobs;

import io.millrace.jobs.pipeline.EventTimeRange;
import io.millrace.jobs.terminal.CommandFailure;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which range of event time a command that reads topics is about. */
final class RangeArguments {
    @Option(
            names = "--from",
            paramLabel = "TIME",
            description = {
                "The first event time that counts: a date, or an instant.",
                "Default: the first that the topics have."
            })
    private @Nullable String from;

    @Option(
            names = "--to",
            paramLabel = "TIME",
            description =
                    "The first event time that counts no more. Default: after the last that the"
                            + " topics have.")
    private @Nullable String to;

    /** Whether any of them is given. */
    boolean isGiven() {
        return from != null || to != null;
    }

    EventTimeRange range() {
        var range =
                new EventTimeRange(
                        from == null ? Long.MIN_VALUE : TimeArgument.millis("--from", from),
                        to == null ? Long.MAX_VALUE : TimeArgument.millis("--to", to));
        if (range.fromMillis() >= range.toMillis()) {
            throw CommandFailure.badInput(
                    "--from and --to say %s; --to must be after --from", range);
        }
        return range;
    }
}
