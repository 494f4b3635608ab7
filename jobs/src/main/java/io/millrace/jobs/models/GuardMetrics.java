package io.millrace.jobs.models;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.millrace.jobs.terminal.CommandFailure;
import io.millrace.record.ModelDecision;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Every metric of a guard, as Prometheus reads them at {@code /metrics}: how many decisions of each
 * kind the audit has, and when a look last succeeded.
 */
public final class GuardMetrics implements AutoCloseable {
    private static final String CONTENT = "text/plain; version=0.0.4; charset=utf-8";
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final long SECOND = 1_000;

    private final HttpServer server;

    private GuardMetrics(HttpServer server) {
        this.server = server;
    }

    /**
     * Begins to serve.
     *
     * @param port 0 for a free one
     */
    public static GuardMetrics serve(int port, GuardRun run) {
        try {
            var server = HttpServer.create(new InetSocketAddress(port), 0);
            server.createContext("/", exchange -> answer(exchange, run));
            server.start();
            return new GuardMetrics(server);
        } catch (IOException e) {
            throw CommandFailure.failed("port %d is in use; choose another", port).causedBy(e);
        }
    }

    /** The port that it serves on. */
    public int port() {
        return server.getAddress().getPort();
    }

    private static void answer(HttpExchange exchange, GuardRun run) throws IOException {
        try (exchange) {
            boolean isMetrics = exchange.getRequestURI().getPath().equals("/metrics");
            byte[] body = isMetrics ? text(run).getBytes(UTF_8) : new byte[0];
            exchange.getResponseHeaders().set("Content-Type", CONTENT);
            exchange.sendResponseHeaders(isMetrics ? OK : NOT_FOUND, isMetrics ? body.length : -1);
            if (isMetrics) {
                exchange.getResponseBody().write(body);
            }
        }
    }

    /** Of the audit, so that a restart loses none. Who has decided is no label: people are many. */
    static String text(GuardRun run) {
        Map<String, Integer> counts = new TreeMap<>();
        for (ModelDecision decision : run.decided()) {
            String labels =
                    "action=\"%s\",by=\"%s\",dry_run=\"%s\""
                            .formatted(
                                    decision.action().name().toLowerCase(Locale.ROOT),
                                    by(decision.actor()),
                                    decision.isDryRun());
            counts.merge(labels, 1, Integer::sum);
        }
        var text = new StringBuilder();
        text.append("# HELP millrace_model_decisions_total Decisions about model versions.\n");
        text.append("# TYPE millrace_model_decisions_total counter\n");
        counts.forEach(
                (labels, count) ->
                        text.append(
                                "millrace_model_decisions_total{%s} %d%n"
                                        .formatted(labels, count)));
        text.append("# HELP millrace_guard_last_look_seconds When a look last succeeded.\n");
        text.append("# TYPE millrace_guard_last_look_seconds gauge\n");
        text.append("millrace_guard_last_look_seconds ")
                .append(run.lastLookMillis() / SECOND)
                .append('\n');
        return text.toString();
    }

    private static String by(String actor) {
        return actor.contains("@") ? "person" : actor;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
