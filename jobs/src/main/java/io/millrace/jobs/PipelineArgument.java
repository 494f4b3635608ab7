package io.millrace.jobs;

import io.millrace.jobs.pipeline.PipelineFile;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The pipeline's file that a command is about, and the values of its variables. */
final class PipelineArgument {
    @Parameters(index = "0", paramLabel = "FILE", description = "A pipeline's file.")
    private @Nullable Path file;

    @Option(
            names = "--set",
            paramLabel = "NAME=VALUE",
            description =
                    "What $${NAME} in the file stands for, instead of the environment variable.")
    private Map<String, String> variables = new LinkedHashMap<>();

    Path path() {
        return Objects.requireNonNull(file);
    }

    PipelineFile read() {
        return PipelineFile.read(path(), this::variable);
    }

    /** As it has to be typed again. */
    String typed() {
        var typed = new StringBuilder(path().toString());
        variables.forEach(
                (name, value) -> typed.append(" --set ").append(name).append('=').append(value));
        return typed.toString();
    }

    private @Nullable String variable(String name) {
        String set = variables.get(name);
        return set == null ? System.getenv(name) : set;
    }
}
