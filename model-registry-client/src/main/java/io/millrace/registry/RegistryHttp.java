package io.millrace.registry;

import io.millrace.registry.ModelRegistryException.Reason;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Talks to one server, and to no other: a redirect is refused, not followed. Every answer has a
 * largest size and a latest time. What may pass by itself is tried again, as far as asking twice is
 * the same as asking once.
 */
final class RegistryHttp {
    private static final int ANSWER_BYTES_MAX = 4 << 20;
    private static final int ATTEMPTS_MAX = 4;
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final String JSON = "application/json";

    private final URI server;
    private final Credentials credentials;
    private final HttpLimits limits;
    private final HttpExchange exchange;

    /** What a server said, which need not be that it has what was asked for. */
    static final class Answer {
        private final int status;
        private final byte[] body;

        private Answer(int status, byte[] body) {
            this.status = status;
            this.body = body;
        }

        int status() {
            return status;
        }

        byte[] body() {
            return body;
        }
    }

    /** One request and its answer. */
    @FunctionalInterface
    private interface Attempt {
        Answer make(Duration time) throws IOException;
    }

    RegistryHttp(URI server, Credentials credentials, HttpLimits limits) {
        if (!isPrivate(server) && credentials.authorization().isPresent()) {
            throw new ModelRegistryException(
                    Reason.CREDENTIALS_REFUSED,
                    "%s is not encrypted, and the credentials would be read on the way; it must be https"
                            .formatted(server));
        }
        this.server = server;
        this.credentials = credentials;
        this.limits = limits;
        this.exchange = new HttpExchange(server, credentials.tls(), limits.attempt());
    }

    URI server() {
        return server;
    }

    /** The time that one question may take, however many requests it needs. */
    Deadline deadline() {
        return Deadline.in(limits.total());
    }

    /** Asks until there is an answer. */
    Answer get(String path, Deadline deadline) {
        return again(deadline, limits.attempt(), time -> small("GET", path, null, time));
    }

    /**
     * The same of an answer that may be larger than others.
     *
     * @param expected how many bytes it is likely to have, which takes its time
     */
    Answer get(String path, int bytesMax, long expected) {
        int largest = Math.max(ANSWER_BYTES_MAX, bytesMax);
        var deadline = Deadline.in(limits.forBytes(limits.total(), expected));
        var longest = limits.forBytes(limits.attempt(), expected);
        return again(deadline, longest, time -> whole("GET", path, null, largest, time));
    }

    /** Asks once: what it changes may be changed though no answer comes. */
    Answer send(String method, String path, byte[] json, Deadline deadline) {
        var time = Math.min(limits.attempt().toMillis(), deadline.leftMillis());
        var body = BodyPublishers.ofByteArray(json);
        return checked(small(method, path, body, Duration.ofMillis(time)));
    }

    /** Brings a file; the answer has a body only where it is a refusal. */
    Answer download(String path, PartFile to) {
        var deadline = Deadline.in(limits.forBytes(limits.total(), to.expected()));
        var longest = limits.forBytes(limits.attempt(), to.expected());
        return again(deadline, longest, time -> download(path, to, time));
    }

    /** Puts a file there, whatever was there before. */
    Answer upload(String path, Path file, long bytes) {
        return upload(path, () -> contentOf(file), bytes);
    }

    /** The same of bytes in memory. */
    Answer upload(String path, byte[] bytes) {
        return upload(path, () -> BodyPublishers.ofByteArray(bytes), bytes.length);
    }

    private Answer upload(String path, Supplier<BodyPublisher> content, long bytes) {
        var deadline = Deadline.in(limits.forBytes(limits.total(), bytes));
        var longest = limits.forBytes(limits.attempt(), bytes);
        return again(deadline, longest, time -> small("PUT", path, content.get(), time));
    }

    private static BodyPublisher contentOf(Path file) {
        try {
            return BodyPublishers.ofFile(file);
        } catch (FileNotFoundException e) {
            throw FolderFiles.unread(file, e);
        }
    }

    private Answer again(Deadline deadline, Duration longest, Attempt attempt) {
        long pauseMillis = limits.firstPause().toMillis();
        for (int number = 1; ; number++) {
            try {
                var time = Math.min(longest.toMillis(), deadline.leftMillis());
                return checked(attempt.make(Duration.ofMillis(time)));
            } catch (IOException e) {
                throw new ModelRegistryException(
                        Reason.CACHE_FAILED,
                        "what %s sends cannot be written here (%s); there must be room for it"
                                .formatted(server, e),
                        e);
            } catch (ModelRegistryException e) {
                if (!mayPass(e.reason()) || number == ATTEMPTS_MAX || deadline.isPast()) {
                    throw e;
                }
            }
            // Many clients of one server must not come back at the same time.
            deadline.pause(ThreadLocalRandom.current().nextLong(pauseMillis / 2, pauseMillis + 1));
            pauseMillis *= 2;
        }
    }

    private static boolean mayPass(Reason reason) {
        return reason == Reason.REGISTRY_MISSING
                || reason == Reason.TOO_SLOW
                || reason == Reason.UNAVAILABLE
                || reason == Reason.READ_FAILED;
    }

    private Answer small(String method, String path, @Nullable BodyPublisher body, Duration time) {
        return whole(method, path, body, ANSWER_BYTES_MAX, time);
    }

    private Answer whole(
            String method, String path, @Nullable BodyPublisher body, int bytesMax, Duration time) {
        var answer = new ByteArrayOutputStream();
        try {
            int status =
                    exchange.send(request(method, path, body), time, any -> into(answer, bytesMax));
            return new Answer(status, answer.toByteArray());
        } catch (IOException e) {
            throw new AssertionError("the answer is written to memory", e);
        }
    }

    private Answer download(String path, PartFile to, Duration time) throws IOException {
        to.restart();
        var refusal = new ByteArrayOutputStream();
        int status =
                exchange.send(
                        request("GET", path, null),
                        time,
                        said -> said == 200 ? into(to) : into(refusal, ANSWER_BYTES_MAX));
        return new Answer(status, refusal.toByteArray());
    }

    private HttpRequest.Builder request(String method, String path, @Nullable BodyPublisher body) {
        var request =
                HttpRequest.newBuilder(URI.create(server + path))
                        .method(method, body == null ? BodyPublishers.noBody() : body)
                        .header("Accept", JSON + ", */*")
                        .header("Content-Type", JSON);
        credentials.authorization().ifPresent(value -> request.header("Authorization", value));
        return request;
    }

    private static boolean isPrivate(URI server) {
        return server.getScheme().equals("https") || LOOPBACK.contains(server.getHost());
    }

    private BoundedBody.Taker into(ByteArrayOutputStream answer, int bytesMax) {
        return buffer -> {
            if (answer.size() + buffer.remaining() > bytesMax) {
                throw refused("answers with more than %d bytes".formatted(bytesMax), null);
            }
            var chunk = new byte[buffer.remaining()];
            buffer.get(chunk);
            answer.writeBytes(chunk);
            return true;
        };
    }

    private static BoundedBody.Taker into(PartFile to) {
        return buffer -> {
            to.write(buffer);
            return !to.isFull();
        };
    }

    private Answer checked(Answer answer) {
        int status = answer.status();
        if (status == 401 || status == 403) {
            throw new ModelRegistryException(
                    Reason.ACCESS_REFUSED,
                    "%s answers %d; it must let these credentials in".formatted(server, status));
        }
        if (status == 408 || status == 429 || status >= 500) {
            throw new ModelRegistryException(
                    Reason.UNAVAILABLE,
                    "%s answers %d; it must be well: look at its log".formatted(server, status));
        }
        if (status >= 300 && status < 400) {
            throw refused("answers %d, a redirect, which is not followed".formatted(status), null);
        }
        return answer;
    }

    /** An answer that is none. */
    ModelRegistryException refused(String what, @Nullable Throwable why) {
        return exchange.refused(what, why);
    }
}
