package io.millrace.jobs.pipeline;

import io.millrace.spec.CheckpointSpec;
import java.net.URI;
import java.time.Duration;
import org.apache.flink.api.common.BatchShuffleMode;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The Flink settings that every Millrace job is built with, and the only place that creates an
 * environment. {@code flink-conf/config.yaml} says the same for a cluster, with the reasons.
 */
public final class JobEnvironment {
    private JobEnvironment() {}

    /** An environment in which a job named {@code name} is built; it is submitted elsewhere. */
    public static StreamExecutionEnvironment create(
            String name, CheckpointSpec checkpoint, int parallelism) {
        StreamExecutionEnvironment environment = create(name, checkpoint);
        environment.setParallelism(parallelism);
        return environment;
    }

    /** The same, as parallel as the cluster that runs this program says. */
    public static StreamExecutionEnvironment create(String name, CheckpointSpec checkpoint) {
        Configuration settings = settings();
        settings.set(PipelineOptions.NAME, name);
        settings.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, checkpoint.interval());
        settings.set(CheckpointingOptions.CHECKPOINTING_TIMEOUT, checkpoint.timeout());
        return StreamExecutionEnvironment.getExecutionEnvironment(settings);
    }

    /**
     * An environment for a history that has an end, in Flink's batch mode: all of the job at once,
     * nothing handed over through files, and no second attempt.
     */
    public static StreamExecutionEnvironment createBatch(String name, int parallelism) {
        Configuration settings = settings();
        settings.set(PipelineOptions.NAME, name);
        settings.set(ExecutionOptions.RUNTIME_MODE, RuntimeExecutionMode.BATCH);
        settings.set(ExecutionOptions.BATCH_SHUFFLE_MODE, BatchShuffleMode.ALL_EXCHANGES_PIPELINED);
        settings.set(ExecutionOptions.BUFFER_TIMEOUT, Duration.ofMillis(100));
        settings.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
        var environment = StreamExecutionEnvironment.getExecutionEnvironment(settings);
        environment.setParallelism(parallelism);
        return environment;
    }

    /**
     * An environment whose jobs run on a cluster until their input ends, and are not tried twice.
     *
     * @param cluster where its JobManager answers
     */
    public static StreamExecutionEnvironment at(URI cluster, int parallelism) {
        var settings = new Configuration();
        settings.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
        var environment =
                StreamExecutionEnvironment.createRemoteEnvironment(
                        cluster.getHost(), cluster.getPort(), settings);
        environment.setParallelism(parallelism);
        return environment;
    }

    /** What does not depend on the pipeline; the embedded cluster starts with it too. */
    public static Configuration settings() {
        var settings = new Configuration();
        settings.set(PipelineOptions.GENERIC_TYPES, false);
        settings.set(PipelineOptions.AUTO_GENERATE_UIDS, false);
        settings.set(PipelineOptions.OBJECT_REUSE, true);
        settings.set(PipelineOptions.AUTO_WATERMARK_INTERVAL, Duration.ofMillis(50));
        settings.set(ExecutionOptions.BUFFER_TIMEOUT, Duration.ofMillis(5));

        settings.set(
                CheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE,
                CheckpointingMode.EXACTLY_ONCE);
        settings.set(CheckpointingOptions.MAX_RETAINED_CHECKPOINTS, 3);
        settings.set(
                CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
        settings.set(CheckpointingOptions.ENABLE_UNALIGNED, false);

        settings.set(RestartStrategyOptions.RESTART_STRATEGY, "exponential-delay");
        settings.set(
                RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_INITIAL_BACKOFF,
                Duration.ofSeconds(1));
        settings.set(
                RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_MAX_BACKOFF,
                Duration.ofMinutes(1));
        settings.set(
                RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_RESET_BACKOFF_THRESHOLD,
                Duration.ofMinutes(10));

        settings.set(HeartbeatManagerOptions.HEARTBEAT_INTERVAL, Duration.ofSeconds(2));
        settings.set(HeartbeatManagerOptions.HEARTBEAT_TIMEOUT, Duration.ofSeconds(10));
        return settings;
    }
}
