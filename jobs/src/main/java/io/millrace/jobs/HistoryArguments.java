package io.millrace.jobs;

import io.millrace.jobs.backfill.History;
import io.millrace.jobs.backfill.TopicHistory;
import io.millrace.jobs.backfill.TopicHistory.Until;
import io.millrace.jobs.terminal.CommandFailure;
import io.millrace.sink.TopicPlan;
import io.millrace.source.SourceConfig;
import io.millrace.spec.LabelsSpec;
import io.millrace.spec.PipelineSpec;
import io.millrace.spec.StreamSpec;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which past of a pipeline a command is about. */
final class HistoryArguments {
    private static final String EARLIEST = "earliest";
    private static final String LATEST = "latest";
    private static final String COMMITTED = "committed";

    @Mixin private FileArguments files = new FileArguments();

    @Option(
            names = "--from",
            paramLabel = "TIME",
            defaultValue = EARLIEST,
            description = {
                "The first event time that counts: a date, an instant, or earliest.",
                "Earlier events still fill the windows. Default: earliest."
            })
    private String from = EARLIEST;

    @Option(
            names = "--to",
            paramLabel = "TIME",
            defaultValue = LATEST,
            description = {
                "The first event time that counts no more: a date, an instant, or latest; for"
                        + " topics also committed:",
                "only what the pipeline's job has read. Default: latest."
            })
    private String to = LATEST;

    long fromMillis() {
        return from.equals(EARLIEST) ? Long.MIN_VALUE : TimeArgument.millis("--from", from);
    }

    long toMillis() {
        boolean isAll = to.equals(LATEST) || to.equals(COMMITTED);
        long toMillis = isAll ? Long.MAX_VALUE : TimeArgument.millis("--to", to);
        if (toMillis <= fromMillis()) {
            throw CommandFailure.badInput("--to is %s; it must lie after --from, %s", to, from);
        }
        return toMillis;
    }

    /** The history of a pipeline's events. */
    History events(PipelineSpec spec) {
        History named = notCommitted(files.events());
        return named == null ? topic(spec, spec.events().stream(), "events") : named;
    }

    /** The history of its labels; null where there is none. */
    @Nullable History labels(PipelineSpec spec) {
        History named = notCommitted(files.labels(spec));
        LabelsSpec labels = spec.labels();
        if (named != null || labels == null || files.events() != null) {
            return named;
        }
        return topic(spec, labels.stream(), "labels");
    }

    private @Nullable History notCommitted(@Nullable History named) {
        if (named != null && to.equals(COMMITTED)) {
            throw CommandFailure.badInput("--to is committed, which is for topics, not files");
        }
        return named;
    }

    private History topic(PipelineSpec spec, StreamSpec stream, String name) {
        if (TopicPlan.of(spec).missing(Kafka.TIMEOUT).contains(stream.topic())) {
            throw CommandFailure.failed(
                    "topic %s does not exist in Kafka at %s; --%s may name files instead",
                    stream.topic(), spec.kafka().bootstrapServers(), name);
        }
        return TopicHistory.of(
                SourceConfig.from(spec.pipeline(), spec.kafka(), stream, name),
                to.equals(COMMITTED) ? Until.COMMITTED : Until.LATEST,
                Kafka.TIMEOUT);
    }
}
