package io.millrace.jobs;

import io.millrace.jobs.backfill.FileHistory;
import io.millrace.jobs.bootstrap.OlderFiles;
import io.millrace.jobs.terminal.CommandFailure;
import io.millrace.source.FileFormat;
import io.millrace.spec.PipelineSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Files that hold what a pipeline's topics do not hold any more. */
final class OlderFilesArguments {
    @Option(
            names = "--events",
            paramLabel = "PATH",
            arity = "1..*",
            description = {
                "Files of events from before those that the topic holds: CSV with a header, JSON"
                        + " lines, Avro, Parquet; all but",
                "Parquet may be compressed with gzip. Default: the topic alone."
            })
    private List<Path> eventFiles = new ArrayList<>();

    @Option(
            names = "--labels",
            paramLabel = "PATH",
            arity = "1..*",
            description = "Files of labels, likewise.")
    private List<Path> labelFiles = new ArrayList<>();

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description =
                    "How the files are written: ${COMPLETION-CANDIDATES}. Default: as their names"
                            + " say.")
    private @Nullable FileFormat format;

    @Option(
            names = "--history-until",
            paramLabel = "TIME",
            description = {
                "Where the files end and the topics begin: the files hold every row whose event"
                        + " time is earlier, and the topics",
                "every other; a row on the other side of it is left out. Of a label it is when it"
                        + " became known."
            })
    private @Nullable String until;

    /**
     * What was named.
     *
     * @throws CommandFailure where files are named without an end, or an end without files
     */
    OlderFiles of(PipelineSpec spec) {
        if (eventFiles.isEmpty() && labelFiles.isEmpty()) {
            if (until != null) {
                throw CommandFailure.badInput(
                        "--history-until is given without files; --events or --labels must name"
                                + " what lies before it");
            }
            return OlderFiles.NONE;
        }
        if (until == null) {
            throw CommandFailure.badInput(
                    "--history-until is not given; it must be the event time from which on the"
                            + " topics hold every row, and before which the files do");
        }
        if (!labelFiles.isEmpty() && spec.labels() == null) {
            throw CommandFailure.badInput(
                    "--labels is given, and the pipeline declares none; describe them under labels"
                            + " in its file");
        }
        return new OlderFiles(
                files(eventFiles),
                files(labelFiles),
                TimeArgument.millis("--history-until", until));
    }

    private @Nullable FileHistory files(List<Path> paths) {
        return paths.isEmpty() ? null : new FileHistory(paths, format);
    }
}
