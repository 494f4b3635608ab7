package io.millrace.jobs;

import io.millrace.jobs.backfill.FileHistory;
import io.millrace.jobs.backfill.History;
import io.millrace.jobs.backfill.TopicHistory;
import io.millrace.jobs.backfill.TopicHistory.Until;
import io.millrace.jobs.terminal.CommandFailure;
import io.millrace.sink.TopicPlan;
import io.millrace.source.FileFormat;
import io.millrace.source.SourceConfig;
import io.millrace.spec.LabelsSpec;
import io.millrace.spec.PipelineSpec;
import io.millrace.spec.StreamSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which past of a pipeline a command is about. */
final class HistoryArguments {
    private static final String EARLIEST = "earliest";
    private static final String LATEST = "latest";
    private static final String COMMITTED = "committed";

    @Option(
            names = "--events",
            paramLabel = "PATH",
            arity = "1..*",
            description = {
                "Files of events: CSV with a header, JSON lines, Avro, Parquet; all but Parquet may"
                        + " be compressed with gzip.",
                "Default: the pipeline's topic, and its topic of labels."
            })
    private List<Path> eventFiles = new ArrayList<>();

    @Option(
            names = "--labels",
            paramLabel = "PATH",
            arity = "1..*",
            description = "Files of labels.")
    private List<Path> labelFiles = new ArrayList<>();

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description =
                    "How the files are written: ${COMPLETION-CANDIDATES}. Default: as their names"
                            + " say.")
    private @Nullable FileFormat format;

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
        return eventFiles.isEmpty()
                ? topic(spec, spec.events().stream(), "events")
                : files(eventFiles);
    }

    /** The history of its labels; null where there is none. */
    @Nullable History labels(PipelineSpec spec) {
        LabelsSpec labels = spec.labels();
        if (labels == null) {
            if (!labelFiles.isEmpty()) {
                throw CommandFailure.badInput(
                        "--labels is given, and the pipeline declares none; describe them under"
                                + " labels in its file");
            }
            return null;
        }
        if (!labelFiles.isEmpty()) {
            return files(labelFiles);
        }
        return eventFiles.isEmpty() ? topic(spec, labels.stream(), "labels") : null;
    }

    private History files(List<Path> files) {
        if (to.equals(COMMITTED)) {
            throw CommandFailure.badInput("--to is committed, which is for topics, not files");
        }
        return new FileHistory(files, format);
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
