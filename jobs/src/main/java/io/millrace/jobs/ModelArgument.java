package io.millrace.jobs;

import io.millrace.jobs.pipeline.PipelineFile;
import io.millrace.jobs.terminal.CommandFailure;
import io.millrace.spec.ModelName;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which model a command is about, where the pipeline has many. */
final class ModelArgument {
    @Option(
            names = "--model",
            paramLabel = "NAME",
            description = "Which model, where the pipeline's model.name is of many.")
    private @Nullable String model;

    String of(PipelineFile file) {
        ModelName naming = file.spec().model().naming();
        if (model == null && !naming.isOne()) {
            throw CommandFailure.badInput(
                    "model.name is of many models, %s; say which with --model", naming);
        }
        if (model != null && !naming.matches(model)) {
            throw CommandFailure.badInput("--model is %s; it must be %s", model, naming);
        }
        return model == null ? naming.toString() : model;
    }

    /** As it follows a command. */
    String typed() {
        return model == null ? "" : " --model " + model;
    }
}
