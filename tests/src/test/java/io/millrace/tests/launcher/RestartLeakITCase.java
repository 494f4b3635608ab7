package io.millrace.tests.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.jobs.local.LocalKafka;
import io.millrace.jobs.pipeline.JobCluster;
import io.millrace.jobs.pipeline.PipelineJob;
import io.millrace.jobs.pipeline.RunningJob;
import io.millrace.jobs.terminal.CommandFailure;
import io.millrace.registry.ModelRegistry;
import io.millrace.registry.ModelVersion;
import io.millrace.sink.TopicPlan;
import io.millrace.spec.PipelineSpec;
import io.millrace.tests.Repository;
import io.millrace.tests.pipeline.ReferencePipeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.client.program.rest.RestClusterClient;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One job that is started and cancelled again and again on one TaskManager, as often as {@code
 * -Dmillrace.restarts=N} says.
 */
class RestartLeakITCase {
    private static final int RESTARTS = Integer.getInteger("millrace.restarts", 8);

    /** What is made once per process, and kept. */
    private static final int WARM_UP = 3;

    private static final int PARALLELISM = 2;
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final long MEGABYTE = 1 << 20;

    /** A job's jar, for an hour in case that it comes back, and what the web UI tells of it. */
    private static final Pattern KEPT_BY_FLINK =
            Pattern.compile("/(blobStorage|archivedApplicationStore)");

    /** Pools of Flink and of the virtual machine that grow and shrink with their load. */
    private static final Pattern OF_THE_PROCESS =
            Pattern.compile(
                    "flink-(metrics-)?pekko.*|flink-taskexecutor-io.*|flink-#|flink-metrics-#"
                            + "|process reaper|Attach Listener|(C#|G#|GC) .*|Notification Thread");

    @TempDir private Path folder;

    /**
     * What a process holds, after a full collection.
     *
     * @param classLoaders of jobs
     * @param threads how many there are of each name, numbers left out
     */
    private record Held(
            long classLoaders, Map<String, Long> threads, long residentBytes, List<Path> files) {
        /** Names of which there are more threads than before. */
        Set<String> threadsMoreThan(Held before) {
            return threads.keySet().stream()
                    .filter(name -> threads.get(name) > before.threads.getOrDefault(name, 0L))
                    .collect(Collectors.toSet());
        }
    }

    @Test
    void nothingOfAJobIsLeftWhenItHasEnded() throws Exception {
        try (var kafka = LocalKafka.start(folder.resolve("kafka"), Map.of());
                var cluster = StandaloneCluster.start(folder.resolve("flink"))) {
            PipelineSpec spec = ReferencePipeline.on(kafka);
            kafka.createTopic(spec.events().stream().topic(), PARALLELISM);
            kafka.createTopic("transaction-labels", PARALLELISM);
            TopicPlan.of(spec).create(PARALLELISM, (short) 1, PATIENCE);
            ModelVersion model =
                    ModelRegistry.at(spec.model().registry(), folder.resolve("cache"))
                            .require(spec.model().name(), spec.model().alias());
            try (var client = reach(cluster)) {
                for (int start = 0; start < WARM_UP; start++) {
                    runOnce(client, spec, model);
                }
                Held before = held(cluster.taskManager());
                for (int start = 0; start < RESTARTS; start++) {
                    runOnce(client, spec, model);
                }
                // A cancelled job's last threads may end a moment after it.
                await().atMost(PATIENCE)
                        .untilAsserted(
                                () ->
                                        assertThat(
                                                        held(cluster.taskManager())
                                                                .threadsMoreThan(before))
                                                .isEmpty());
                Held after = held(cluster.taskManager());
                System.out.printf("%d restarts: %s, then %s%n", RESTARTS, before, after);

                // The last one may be held until the next job comes.
                assertThat(after.classLoaders).isLessThanOrEqualTo(before.classLoaders + 1);
                assertThat(after.files).hasSizeLessThanOrEqualTo(before.files.size() + PARALLELISM);
                assertThat(after.residentBytes).isLessThan(before.residentBytes + 200 * MEGABYTE);
            }
        }
    }

    private static RestClusterClient<?> reach(StandaloneCluster cluster) {
        return await().atMost(PATIENCE)
                .ignoreException(CommandFailure.class)
                .until(
                        () -> JobCluster.reach(cluster.address().toString()),
                        client -> isReady(client));
    }

    private static boolean isReady(RestClusterClient<?> client) {
        try {
            return client.getClusterOverview().get().getNumSlotsAvailable() >= PARALLELISM;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void runOnce(
            RestClusterClient<?> client, PipelineSpec spec, ModelVersion model) {
        JobGraph graph = new PipelineJob(spec, model).graph(PARALLELISM);
        graph.addJar(
                new org.apache.flink.core.fs.Path(
                        Repository.path("jobs/target/dist/millrace.jar").toUri()));
        RunningJob job = RunningJob.submit(client, graph);
        await().atMost(PATIENCE).until(() -> isRunning(client, job.id()));
        job.cancel();
        await().atMost(PATIENCE).until(() -> job.status() == JobStatus.CANCELED);
        await().atMost(PATIENCE).until(() -> isReady(client));
    }

    private static boolean isRunning(RestClusterClient<?> client, JobID job) throws Exception {
        Map<ExecutionState, Integer> tasks =
                client.getJobDetails(job).get().getJobVerticesPerState();
        int all = tasks.values().stream().mapToInt(Integer::intValue).sum();
        return all > 0 && tasks.getOrDefault(ExecutionState.RUNNING, 0) == all;
    }

    private Held held(ProcessHandle process) throws IOException, InterruptedException {
        Path status = Path.of("/proc", Long.toString(process.pid()), "status");
        // A full collection, and what is left after it.
        long loaders = instances(process, "org.apache.flink.util.ChildFirstClassLoader");
        try (var files = Files.walk(folder.resolve("flink/tmp"))) {
            return new Held(
                    loaders,
                    threads(process),
                    number(status, "VmRSS:") << 10,
                    files.filter(Files::isRegularFile)
                            .filter(file -> !KEPT_BY_FLINK.matcher(file.toString()).find())
                            .toList());
        }
    }

    private static long number(Path status, String name) throws IOException {
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith(name))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElseThrow();
    }

    private static Map<String, Long> threads(ProcessHandle process)
            throws IOException, InterruptedException {
        return jcmd(process, "Thread.print")
                .lines()
                .filter(line -> line.startsWith("\""))
                .map(line -> line.substring(1, line.indexOf('"', 1)).replaceAll("[0-9]+", "#"))
                .filter(name -> !OF_THE_PROCESS.matcher(name).matches())
                .collect(Collectors.groupingBy(name -> name, Collectors.counting()));
    }

    private static long instances(ProcessHandle process, String type)
            throws IOException, InterruptedException {
        return jcmd(process, "GC.class_histogram")
                .lines()
                .map(line -> line.strip().split("\\s+", -1))
                .filter(line -> line.length > 3 && line[3].equals(type))
                .mapToLong(line -> Long.parseLong(line[1]))
                .sum();
    }

    private static String jcmd(ProcessHandle process, String question)
            throws IOException, InterruptedException {
        var command =
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(process.pid()),
                        question);
        Process jcmd = new ProcessBuilder(command).redirectErrorStream(true).start();
        String answer = new String(jcmd.getInputStream().readAllBytes(), UTF_8);
        assertThat(jcmd.waitFor()).as(answer).isZero();
        return answer;
    }
}
