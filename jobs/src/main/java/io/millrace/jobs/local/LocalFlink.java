package io.millrace.jobs.local;

import io.millrace.jobs.pipeline.JobEnvironment;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.client.program.ClusterClient;
import org.apache.flink.client.program.MiniClusterClient;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.MetricOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.runtime.checkpoint.CheckpointStatsSnapshot;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.executiongraph.AccessExecutionGraph;
import org.apache.flink.runtime.executiongraph.AccessExecutionVertex;
import org.apache.flink.runtime.executiongraph.ErrorInfo;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * A real Flink in this JVM: one JobManager, one TaskManager, the web UI and a Prometheus endpoint
 * on free ports, state on the heap, checkpoints in a folder.
 *
 * <p>Jobs are submitted to {@link #client()}, as to any cluster.
 */
public final class LocalFlink implements AutoCloseable {
    private static final Duration SHUTDOWN = Duration.ofSeconds(30);

    /** A stream on the heap sorts nothing and has no RocksDB. */
    private static final MemorySize NO_SORTING = MemorySize.ofMebiBytes(8);

    private final MiniCluster cluster;
    private final MiniClusterClient client;
    private final URI webAddress;
    private final int metricsPort;

    private LocalFlink(MiniCluster cluster, URI webAddress, int metricsPort) {
        this.cluster = cluster;
        this.client = new MiniClusterClient(cluster.getConfiguration(), cluster);
        this.webAddress = webAddress;
        this.metricsPort = metricsPort;
    }

    /**
     * Starts a cluster and returns once it takes jobs.
     *
     * @param folder where checkpoints and savepoints go; they stay there after {@link #close()}
     * @param slots how many parallel subtasks it has room for
     * @param webPort the port of the web UI; 0 takes a free one
     * @throws IOException when it does not start; nothing is left running then
     */
    public static LocalFlink start(Path folder, int slots, int webPort) throws IOException {
        return start(folder, slots, webPort, NO_SORTING);
    }

    /**
     * The same for a job in batch mode.
     *
     * @param folder as above; what does not fit into memory while it is sorted goes there too
     * @param sortMemory outside the heap, for all that is sorted at once
     * @throws IOException as above
     */
    public static LocalFlink startBatch(Path folder, int slots, MemorySize sortMemory)
            throws IOException {
        return start(folder, slots, 0, sortMemory);
    }

    private static LocalFlink start(Path folder, int slots, int webPort, MemorySize managed)
            throws IOException {
        int metricsPort = freePort();
        var cluster =
                new MiniCluster(
                        new MiniClusterConfiguration.Builder()
                                .setConfiguration(settings(folder, webPort, metricsPort, managed))
                                .setNumTaskManagers(1)
                                .setNumSlotsPerTaskManager(slots)
                                .build());
        try {
            cluster.start();
            return new LocalFlink(cluster, cluster.getRestAddress().get(), metricsPort);
        } catch (Exception e) {
            close(cluster);
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            throw new IOException("the local Flink did not start: " + rootMessage(e), e);
        }
    }

    /** Submits, stops and watches jobs. Closed with this cluster. */
    public ClusterClient<?> client() {
        return client;
    }

    /** The web UI. */
    public URI webAddress() {
        return webAddress;
    }

    /** Where Prometheus reads the metrics. */
    public URI metricsAddress() {
        return URI.create("http://localhost:%d/metrics".formatted(metricsPort));
    }

    /** How many checkpoints of the job have completed since it was submitted. */
    public long completedCheckpoints(JobID job) {
        AccessExecutionGraph graph = graph(job);
        CheckpointStatsSnapshot stats = graph == null ? null : graph.getCheckpointStatsSnapshot();
        return stats == null ? 0 : stats.getCounts().getNumberOfCompletedCheckpoints();
    }

    /** Whether all tasks of the job run. */
    public boolean isRunning(JobID job) {
        AccessExecutionGraph graph = graph(job);
        if (graph == null || graph.getState() != JobStatus.RUNNING) {
            return false;
        }
        for (AccessExecutionVertex vertex : graph.getAllExecutionVertices()) {
            if (vertex.getExecutionState() != ExecutionState.RUNNING) {
                return false;
            }
        }
        return true;
    }

    /** Why the job, or a part of it, failed last; null where it never did. */
    public @Nullable String failure(JobID job) {
        AccessExecutionGraph graph = graph(job);
        ErrorInfo failure = graph == null ? null : graph.getFailureInfo();
        return failure == null ? null : rootLine(failure.getExceptionAsString());
    }

    private @Nullable AccessExecutionGraph graph(JobID job) {
        try {
            return cluster.getExecutionGraph(job).get(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        } catch (ExecutionException | TimeoutException e) {
            // Before the job is known, and while its master changes, there is no graph to ask.
            return null;
        }
    }

    private static String rootLine(String stackTrace) {
        return stackTrace
                .lines()
                .filter(line -> line.startsWith("Caused by: "))
                .reduce((outer, inner) -> inner)
                .map(line -> line.substring("Caused by: ".length()))
                .orElseGet(() -> stackTrace.lines().findFirst().orElse(stackTrace));
    }

    @Override
    public void close() {
        client.close();
        close(cluster);
    }

    private static Configuration settings(
            Path folder, int webPort, int metricsPort, MemorySize managed) {
        Configuration settings = JobEnvironment.settings();
        settings.set(StateBackendOptions.STATE_BACKEND, "hashmap");
        settings.set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY,
                folder.resolve("checkpoints").toUri().toString());
        settings.set(
                CheckpointingOptions.SAVEPOINT_DIRECTORY,
                folder.resolve("savepoints").toUri().toString());
        settings.set(CoreOptions.TMP_DIRS, folder.resolve("tmp").toAbsolutePath().toString());

        // Two hundred buffers of 32 KiB are plenty for one pipeline.
        settings.set(TaskManagerOptions.NETWORK_MEMORY_MIN, MemorySize.ofMebiBytes(48));
        settings.set(TaskManagerOptions.NETWORK_MEMORY_MAX, MemorySize.ofMebiBytes(48));
        settings.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, managed);

        // Batch jobs too are started whole: the adaptive scheduler would hand over through files.
        settings.set(JobManagerOptions.SCHEDULER, JobManagerOptions.SchedulerType.Default);
        settings.set(JobManagerOptions.ADDRESS, "localhost");
        settings.set(RestOptions.ADDRESS, "localhost");
        settings.set(RestOptions.BIND_ADDRESS, "127.0.0.1");
        settings.set(RestOptions.BIND_PORT, Integer.toString(webPort));
        settings.set(WebOptions.SUBMIT_ENABLE, false);

        settings.set(MetricOptions.REPORTERS_LIST, "prom");
        settings.setString(
                "metrics.reporter.prom.factory.class",
                "org.apache.flink.metrics.prometheus.PrometheusReporterFactory");
        settings.setString("metrics.reporter.prom.port", Integer.toString(metricsPort));
        // Two series per input partition that grow for ever; the consumer's lag says the same.
        settings.setString(
                "metrics.reporter.prom.filter.excludes", "*:committedOffset,currentOffset");
        return settings;
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void close(MiniCluster cluster) {
        try {
            cluster.closeAsync().get(SHUTDOWN.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the local Flink did not stop: " + rootMessage(e), e);
        }
    }

    private static String rootMessage(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }
}
