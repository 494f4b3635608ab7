package io.millrace.registry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A server that answers as MLflow does for {@code fraud/1}, the champion, until it is told to lie:
 * what a real one never does.
 */
final class FakeMlflow implements AutoCloseable {
    static final String MODEL = "registered-models/get";
    static final String VERSION = "model-versions/get";
    static final String SOURCE = "model-versions/get-download-uri";
    static final String LIST = "mlflow-artifacts/artifacts?";
    static final String METADATA_FILE = "artifacts/1/run/model/metadata.json";
    static final String MODEL_FILE = "artifacts/1/run/model/model.onnx";

    private static final long DRIP_MILLIS = 20;

    private final HttpServer http;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Map<String, Reply> replies = new ConcurrentHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final List<String> authorizations = new CopyOnWriteArrayList<>();

    /** What is said to one request. */
    @FunctionalInterface
    interface Reply {
        void to(HttpExchange request) throws IOException;
    }

    FakeMlflow() throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        http.setExecutor(threads);
        http.createContext("/", this::answer);
        http.start();
        var metadata = Candidates.metadata("", ModelRegistryContract.BYTES);
        say(
                MODEL,
                """
                {"registered_model": {"name": "fraud",
                  "aliases": [{"alias": "champion", "version": "1"}]}}
                """);
        say(
                VERSION,
                """
                {"model_version": {"name": "fraud", "version": "1", "status": "READY",
                  "tags": [{"key": "millrace.metadata", "value": "%s"}]}}
                """
                        .formatted(Sha256.of(metadata.getBytes(StandardCharsets.UTF_8))));
        say(SOURCE, "{\"artifact_uri\": \"mlflow-artifacts:/1/run/model\"}");
        say(
                LIST,
                """
                {"files": [{"path": "metadata.json", "is_dir": false, "file_size": 1},
                           {"path": "model.onnx", "is_dir": false, "file_size": 1}]}
                """);
        say(METADATA_FILE, metadata);
        say(MODEL_FILE, new String(ModelRegistryContract.BYTES, StandardCharsets.UTF_8));
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + http.getAddress().getPort());
    }

    /** What is said from now on wherever that stands in the address. */
    void reply(String where, Reply reply) {
        replies.put(where, reply);
    }

    void say(String where, String body) {
        reply(where, whole(200, body));
    }

    long asked(String where) {
        return asked.stream().filter(address -> address.contains(where)).count();
    }

    List<String> authorizations() {
        return authorizations;
    }

    static Reply whole(int status, String body) {
        return request -> {
            var bytes = body.getBytes(StandardCharsets.UTF_8);
            request.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            request.getResponseBody().write(bytes);
        };
    }

    static Reply redirect(URI target) {
        return request -> {
            request.getResponseHeaders().set("Location", target.toString());
            request.sendResponseHeaders(302, -1);
        };
    }

    /** A body that never ends, as fast as it is taken. */
    static Reply endless() {
        return request -> {
            request.sendResponseHeaders(200, 0);
            var spaces = new byte[1 << 16];
            Arrays.fill(spaces, (byte) ' ');
            while (true) {
                request.getResponseBody().write(spaces);
            }
        };
    }

    /** A body that comes byte by byte, and never ends. */
    Reply drip() {
        return request -> {
            request.sendResponseHeaders(200, 0);
            while (!isClosing(DRIP_MILLIS)) {
                request.getResponseBody().write(' ');
                request.getResponseBody().flush();
            }
        };
    }

    Reply silence() {
        return request -> isClosing(TimeUnit.MINUTES.toMillis(1));
    }

    /** A body that ends before it should. */
    static Reply cutShort(String body) {
        return request -> {
            request.sendResponseHeaders(200, body.length() * 2L);
            request.getResponseBody().write(body.getBytes(StandardCharsets.UTF_8));
            request.getResponseBody().flush();
            throw new IOException("hung up");
        };
    }

    private boolean isClosing(long waitMillis) {
        try {
            return closing.await(waitMillis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private void answer(HttpExchange request) throws IOException {
        try (request) {
            var address = request.getRequestURI().toString();
            asked.add(address);
            authorizations.add(
                    String.valueOf(request.getRequestHeaders().getFirst("Authorization")));
            // The longest name that fits: one is the beginning of another.
            replies.entrySet().stream()
                    .filter(reply -> address.contains(reply.getKey()))
                    .max(Comparator.comparingInt(reply -> reply.getKey().length()))
                    .map(Map.Entry::getValue)
                    .orElse(whole(404, "{\"error_code\": \"RESOURCE_DOES_NOT_EXIST\"}"))
                    .to(request);
        }
    }

    @Override
    public void close() {
        closing.countDown();
        http.stop(0);
        threads.shutdownNow();
    }
}
