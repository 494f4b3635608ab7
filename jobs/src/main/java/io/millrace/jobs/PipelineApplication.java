package io.millrace.jobs;

import io.millrace.jobs.models.ModelTrial;
import io.millrace.jobs.models.Promotion;
import io.millrace.jobs.pipeline.JobEnvironment;
import io.millrace.jobs.pipeline.PipelineFile;
import io.millrace.jobs.pipeline.PipelineJob;
import io.millrace.registry.ModelVersion;
import io.millrace.spec.PipelineSpec;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The main of a pipeline that is deployed as a Flink application: the cluster that starts it runs
 * its one job.
 *
 * <p>Takes the pipeline's file; variables in it come from the environment, the parallelism from the
 * cluster. A mistake in the file, or a model that cannot serve, ends it before anything runs.
 */
public final class PipelineApplication {

    private PipelineApplication() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length != 1) {
            throw new IllegalArgumentException(
                    "%d arguments were given; it must be one, the pipeline's file"
                            .formatted(arguments.length));
        }
        PipelineFile file = PipelineFile.read(Path.of(arguments[0]), System::getenv);
        PipelineSpec spec = file.spec();
        List<ModelVersion> models;
        try (var scratch = Scratch.create("models")) {
            models = file.models(scratch.folder());
            new Promotion(file, ModelTrial.STANDARD, scratch.folder(), "job")
                    .begin(models, System.currentTimeMillis());
        }
        StreamExecutionEnvironment environment =
                JobEnvironment.create(spec.pipeline(), spec.checkpoint());
        boolean goesOn =
                environment
                        .getConfiguration()
                        .getOptional(StateRecoveryOptions.SAVEPOINT_PATH)
                        .isPresent();
        var job = goesOn ? PipelineJob.goingOn(spec, models) : new PipelineJob(spec, models);
        job.attach(environment);
        environment.execute();
    }
}
