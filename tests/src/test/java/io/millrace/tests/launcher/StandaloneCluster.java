package io.millrace.tests.launcher;

import io.millrace.tests.Repository;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint;
import org.apache.flink.runtime.taskexecutor.TaskManagerRunner;
import org.apache.flink.runtime.util.config.memory.ProcessMemoryUtils;

/**
 * A JobManager and a TaskManager in processes of their own, configured by {@code flink-conf/}, with
 * what Flink's distribution has on its class path and nothing of Millrace.
 */
final class StandaloneCluster implements AutoCloseable {
    private static final Configuration CONFIGURATION =
            GlobalConfiguration.loadConfiguration(Repository.path("flink-conf").toString());

    /** In Flink's distribution; here the job jar has its own. */
    private static final Pattern OF_THE_DISTRIBUTION =
            Pattern.compile("(commons-(lang3|io|compress)|snakeyaml-engine|jsr305|lz4-java)-.*");

    private final URI address;
    private final List<Process> processes;

    private StandaloneCluster(URI address, List<Process> processes) {
        this.address = address;
        this.processes = processes;
    }

    /**
     * Starts both processes; the cluster takes jobs a few seconds later.
     *
     * @param folder for state, temporary files and the processes' output
     */
    static StandaloneCluster start(Path folder) throws IOException {
        Files.createDirectories(folder);
        int restPort = freePort();
        var settings = new Configuration();
        settings.set(JobManagerOptions.PORT, freePort());
        settings.set(RestOptions.PORT, restPort);
        settings.set(RestOptions.BIND_PORT, Integer.toString(restPort));
        settings.setString("metrics.reporter.prom.port", "0");
        settings.set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY,
                folder.resolve("checkpoints").toUri().toString());
        settings.set(
                CheckpointingOptions.SAVEPOINT_DIRECTORY,
                folder.resolve("savepoints").toUri().toString());
        settings.set(CoreOptions.TMP_DIRS, folder.resolve("tmp").toString());
        settings.set(TaskManagerOptions.TOTAL_PROCESS_MEMORY, MemorySize.ofMebiBytes(2_000));

        var whole = new Configuration(CONFIGURATION);
        whole.addAll(settings);
        var worker = TaskExecutorProcessUtils.processSpecFromConfig(whole);
        var processes = new ArrayList<Process>();
        processes.add(
                launch(
                        folder,
                        StandaloneSessionClusterEntrypoint.class,
                        List.of("-Xmx600m"),
                        settings));
        settings.addAll(
                Configuration.fromMap(
                        dynamic(TaskExecutorProcessUtils.generateDynamicConfigsStr(worker))));
        processes.add(
                launch(
                        folder,
                        TaskManagerRunner.class,
                        List.of(ProcessMemoryUtils.generateJvmParametersStr(worker).split(" ", -1)),
                        settings));
        return new StandaloneCluster(URI.create("http://localhost:" + restPort), processes);
    }

    private static Map<String, String> dynamic(String options) {
        return Arrays.stream(options.split("-D ", -1))
                .map(String::strip)
                .filter(option -> !option.isEmpty())
                .map(option -> option.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
    }

    private static Process launch(
            Path folder, Class<?> main, List<String> jvm, Configuration settings)
            throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvm);
        command.addAll(List.of(CONFIGURATION.get(CoreOptions.FLINK_JVM_OPTIONS).split(" ", -1)));
        command.addAll(List.of("-cp", classPath(), main.getName()));
        command.addAll(List.of("--configDir", Repository.path("flink-conf").toString()));
        settings.toMap().forEach((key, value) -> command.add("-D" + key + "=" + value));
        var builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve(main.getSimpleName() + ".log").toFile());
        // What the operator and Flink's own scripts take from containerized.*.env.
        builder.environment().put("ORT_DISABLE_TELEMETRY", "1");
        return builder.start();
    }

    private static String classPath() throws IOException {
        try (Stream<Path> provided = Files.list(Repository.path("jobs/target/dist/lib"))) {
            Stream<String> flink =
                    provided.filter(jar -> !jar.getFileName().toString().startsWith("kafka"))
                            .map(Path::toString);
            Stream<String> rest =
                    Arrays.stream(
                                    System.getProperty("java.class.path")
                                            .split(File.pathSeparator, -1))
                            .filter(
                                    entry ->
                                            OF_THE_DISTRIBUTION
                                                    .matcher(new File(entry).getName())
                                                    .matches());
            return Stream.concat(flink, rest).collect(Collectors.joining(File.pathSeparator));
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    URI address() {
        return address;
    }

    /** The process that runs tasks. */
    ProcessHandle taskManager() {
        return processes.get(1).toHandle();
    }

    @Override
    public void close() {
        processes.forEach(Process::destroy);
        for (Process process : processes) {
            try {
                if (!process.waitFor(20, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }
}
