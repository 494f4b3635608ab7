package io.millrace.jobs;

import io.millrace.jobs.bootstrap.OlderFiles;
import io.millrace.jobs.terminal.CommandFailure;
import io.millrace.spec.PipelineSpec;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Files that hold what a pipeline's topics do not hold any more. */
final class OlderFilesArguments {
    @Mixin private FileArguments files = new FileArguments();

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
        if (files.areNone()) {
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
        return new OlderFiles(
                files.events(), files.labels(spec), TimeArgument.millis("--history-until", until));
    }
}
