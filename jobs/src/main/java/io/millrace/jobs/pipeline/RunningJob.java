package io.millrace.jobs.pipeline;

import io.millrace.jobs.terminal.CommandFailure;
import io.millrace.jobs.terminal.Sentence;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.client.program.ClusterClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.util.ExceptionUtils;
import org.jspecify.annotations.Nullable;

/** A submitted job, on whichever cluster. */
public final class RunningJob {
    private static final int ANSWER_SECONDS = 60;
    private static final int SAVEPOINT_MINUTES = 10;

    private final ClusterClient<?> cluster;
    private final JobID id;

    private RunningJob(ClusterClient<?> cluster, JobID id) {
        this.cluster = cluster;
        this.id = id;
    }

    /** Submits a job and returns once the cluster has taken it. */
    public static RunningJob submit(ClusterClient<?> cluster, JobGraph job) {
        return new RunningJob(
                cluster, answer(cluster.submitJob(job), ANSWER_SECONDS, "submit the job"));
    }

    public JobID id() {
        return id;
    }

    public JobStatus status() {
        return answer(cluster.getJobStatus(id), ANSWER_SECONDS, "say how the job is");
    }

    /** Why the job ended by itself; null when it was stopped or cancelled. Waits for its end. */
    public @Nullable String failure() {
        return answer(cluster.requestJobResult(id), ANSWER_SECONDS, "say why the job ended")
                .getSerializedThrowable()
                .map(
                        failure ->
                                ExceptionUtils.stringifyException(
                                        failure.deserializeError(
                                                RunningJob.class.getClassLoader())))
                .map(RunningJob::rootLine)
                .orElse(null);
    }

    /** What the job has counted so far, by name; a moment old while it runs. */
    public Map<String, Object> accumulators() {
        return answer(cluster.getAccumulators(id), ANSWER_SECONDS, "say what it has counted");
    }

    /**
     * Takes a savepoint, then stops the job. No record is lost or doubled by going on from it.
     *
     * @param folder where the savepoint goes; null for the cluster's own
     * @return where the savepoint is
     */
    public String stopWithSavepoint(@Nullable String folder) {
        return answer(
                cluster.stopWithSavepoint(id, false, folder, SavepointFormatType.CANONICAL),
                TimeUnit.MINUTES.toSeconds(SAVEPOINT_MINUTES),
                "stop with a savepoint");
    }

    /**
     * Lets event time run to its end, so that what is buffered is answered, and then stops the job.
     * It cannot go on: whatever came next would be late.
     */
    public void drain() {
        answer(
                cluster.stopWithSavepoint(id, true, null, SavepointFormatType.CANONICAL),
                TimeUnit.MINUTES.toSeconds(SAVEPOINT_MINUTES),
                "drain the job");
    }

    /** Ends the job at once; its last checkpoint stays. */
    public void cancel() {
        answer(cluster.cancel(id), ANSWER_SECONDS, "cancel the job");
    }

    private static String rootLine(String stackTrace) {
        String root = stackTrace.lines().findFirst().orElse("");
        for (String line : stackTrace.lines().toList()) {
            if (line.startsWith("Caused by: ")) {
                root = line.substring("Caused by: ".length());
            }
        }
        return root;
    }

    private static <T> T answer(
            java.util.concurrent.CompletableFuture<T> answer, long seconds, String what) {
        try {
            return answer.get(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while Flink was to " + what, e);
        } catch (TimeoutException e) {
            throw CommandFailure.failed("Flink did not %s within %d s", what, seconds).causedBy(e);
        } catch (ExecutionException e) {
            throw CommandFailure.failed("Flink did not %s: %s", what, Sentence.rootOf(e))
                    .causedBy(e);
        }
    }
}
