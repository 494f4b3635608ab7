package io.millrace.jobs;

import io.millrace.jobs.backfill.FileHistory;
import io.millrace.jobs.terminal.CommandFailure;
import io.millrace.source.FileFormat;
import io.millrace.spec.PipelineSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Files that hold a pipeline's events and labels. */
final class FileArguments {
    @Option(
            names = "--events",
            paramLabel = "PATH",
            arity = "1..*",
            description = {
                "Files of events: CSV with a header, JSON lines, Avro, Parquet; all but Parquet may"
                        + " be compressed with gzip.",
                "Default: none, but the pipeline's topics."
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

    /** The history of events that is named; null where none is. */
    @Nullable FileHistory events() {
        return history(eventFiles);
    }

    /**
     * The history of labels that is named; null where none is.
     *
     * @throws CommandFailure where the pipeline knows of no labels
     */
    @Nullable FileHistory labels(PipelineSpec spec) {
        if (!labelFiles.isEmpty() && spec.labels() == null) {
            throw CommandFailure.badInput(
                    "--labels is given, and the pipeline declares none; describe them under labels"
                            + " in its file");
        }
        return history(labelFiles);
    }

    boolean areNone() {
        return eventFiles.isEmpty() && labelFiles.isEmpty();
    }

    private @Nullable FileHistory history(List<Path> paths) {
        return paths.isEmpty() ? null : new FileHistory(paths, format);
    }
}
