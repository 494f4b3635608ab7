package io.millrace.registry;

import static java.util.Objects.requireNonNull;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A real MLflow server on loopback, with basic authentication, SQLite and local artefacts. */
final class MlflowServer implements AutoCloseable {
    static final String USER = "admin";
    static final String PASSWORD = "a-password-of-the-test";

    private static final Duration START = Duration.ofMinutes(4);

    private final Path folder;
    private final int port;
    private final Process process;

    private MlflowServer(Path folder, int port, Process process) {
        this.folder = folder;
        this.port = port;
        this.process = process;
    }

    static MlflowServer start(Path folder) throws IOException {
        int port = freePort();
        var settings = folder.resolve("auth.ini");
        Files.writeString(
                settings,
                """
                [mlflow]
                default_permission = READ
                auth_cache_ttl_seconds = 3600
                database_uri = sqlite:///%s/auth.db
                admin_username = %s
                admin_password = %s
                authorization_function = mlflow.server.auth:authenticate_request_basic_auth
                """
                        .formatted(folder, USER, PASSWORD));
        var builder =
                new ProcessBuilder(
                                python().resolveSibling("mlflow").toString(),
                                "server",
                                "--host=127.0.0.1",
                                "--port=" + port,
                                "--workers=1",
                                "--app-name=basic-auth",
                                "--backend-store-uri=sqlite:///" + folder + "/mlflow.db",
                                "--artifacts-destination=" + folder.resolve("artifacts"))
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("server.log").toFile());
        var environment = builder.environment();
        environment.put("MLFLOW_AUTH_CONFIG_PATH", settings.toString());
        environment.put("MLFLOW_FLASK_SERVER_SECRET_KEY", "a-key-of-the-test");
        environment.put("MLFLOW_SERVER_ENABLE_JOB_EXECUTION", "false");
        environment.put("MLFLOW_DISABLE_TELEMETRY", "true");
        var server = new MlflowServer(folder, port, builder.start());
        try {
            server.awaitReady();
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
        return server;
    }

    /** The Python that has MLflow; the launcher puts it there. */
    static Path python() {
        return Path.of(
                requireNonNull(
                        System.getenv("MILLRACE_MLFLOW_PYTHON"),
                        "MILLRACE_MLFLOW_PYTHON is unset; it must be the python of an environment"
                                + " with src/test/python/requirements.txt: ./millrace test makes"
                                + " one"));
    }

    private static int freePort() throws IOException {
        try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }

    private void awaitReady() {
        await("the MLflow server; its log is " + folder.resolve("server.log"))
                .atMost(START)
                .pollInterval(Duration.ofMillis(200))
                .failFast("the server has ended", () -> !process.isAlive())
                .ignoreExceptions()
                .until(
                        () -> {
                            api().search("registered-models/search", "registered_models", Map.of());
                            return true;
                        });
    }

    int port() {
        return port;
    }

    Path artifacts() {
        return folder.resolve("artifacts");
    }

    /** The server's calls, for what a test does behind the registry's back. */
    MlflowApi api() throws IOException {
        return new MlflowApi(
                new RegistryHttp(
                        URI.create("http://127.0.0.1:" + port),
                        new Credentials(credentials(folder.resolve("credentials"), USER, PASSWORD)),
                        HttpLimits.STANDARD));
    }

    static Path credentials(Path folder, String user, String password) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("username"), user);
        Files.writeString(folder.resolve("password"), password + "\n");
        return folder;
    }

    @Override
    public void close() {
        var all = List.copyOf(process.descendants().toList());
        process.destroy();
        all.forEach(ProcessHandle::destroy);
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        all.forEach(ProcessHandle::destroyForcibly);
    }
}
