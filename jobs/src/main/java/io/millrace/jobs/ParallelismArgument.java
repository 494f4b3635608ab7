package io.millrace.jobs;

import io.millrace.jobs.terminal.CommandFailure;
import picocli.CommandLine.Option;

/** How wide a command's job is. */
final class ParallelismArgument {
    @Option(
            names = "--parallelism",
            paramLabel = "N",
            defaultValue = "2",
            description = "How many subtasks each stage has. Default: 2.")
    private int parallelism;

    /**
     * The number of subtasks.
     *
     * @throws CommandFailure where there would be none
     */
    int checked() {
        if (parallelism < 1) {
            throw CommandFailure.badInput("--parallelism is %d; it must be 1 or more", parallelism);
        }
        return parallelism;
    }
}
