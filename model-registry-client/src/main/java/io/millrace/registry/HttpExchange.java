package io.millrace.registry;

import io.millrace.registry.ModelRegistryException.Reason;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpTimeoutException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer, from a server that may say anything at any speed: the answer is over,
 * body and all, when its time is, and a failure says whose it is.
 */
final class HttpExchange {
    private final URI server;
    private final HttpClient client;

    /** Which body is taken how, once the status is known. */
    @FunctionalInterface
    interface Takers {
        BoundedBody.Taker of(int status);
    }

    HttpExchange(URI server, SSLContext tls, Duration connect) {
        this.server = server;
        this.client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(connect)
                        .sslContext(tls)
                        .build();
    }

    /**
     * The answer's status, once its body has been taken.
     *
     * @throws IOException when the body cannot be written here
     */
    int send(HttpRequest.Builder request, Duration time, Takers takers) throws IOException {
        var taken = new AtomicReference<@Nullable BoundedBody>();
        var exchange =
                client.sendAsync(
                        request.timeout(time).build(),
                        info -> {
                            var body = new BoundedBody(takers.of(info.statusCode()));
                            taken.set(body);
                            return body;
                        });
        try {
            return exchange.get(time.toMillis(), TimeUnit.MILLISECONDS).statusCode();
        } catch (TimeoutException e) {
            throw tooSlow(time, e);
        } catch (InterruptedException e) {
            throw Deadline.interrupted(e);
        } catch (ExecutionException | CancellationException e) {
            throw failure(time, e.getCause() == null ? e : e.getCause());
        } finally {
            exchange.cancel(true);
            var body = taken.get();
            if (body != null) {
                body.stop();
            }
        }
    }

    private ModelRegistryException failure(Duration time, Throwable why) throws IOException {
        if (why instanceof ModelRegistryException refused) {
            return refused;
        }
        if (why instanceof BoundedBody.NotTakenException notTaken) {
            throw notTaken;
        }
        if (why instanceof HttpTimeoutException) {
            return tooSlow(time, why);
        }
        if (why instanceof ConnectException || why instanceof UnknownHostException) {
            return new ModelRegistryException(
                    Reason.REGISTRY_MISSING,
                    "no server answers at %s (%s); it must be an MLflow server"
                            .formatted(server, why),
                    why);
        }
        for (Throwable cause = why; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateException) {
                return new ModelRegistryException(
                        Reason.CERTIFICATE_REFUSED,
                        "%s has a certificate that is not trusted here (%s); it must be signed by ca.crt of the credentials, and name the host"
                                .formatted(server, cause.getMessage()),
                        why);
            }
        }
        if (why instanceof ProtocolException) {
            return refused("does not speak HTTP (" + why.getMessage() + ")", why);
        }
        return new ModelRegistryException(
                Reason.READ_FAILED,
                "%s broke off its answer (%s); it must end it".formatted(server, why),
                why);
    }

    private ModelRegistryException tooSlow(Duration time, Throwable why) {
        return new ModelRegistryException(
                Reason.TOO_SLOW,
                "%s did not answer within %d ms; it must: look at its load and at the network"
                        .formatted(server, time.toMillis()),
                why);
    }

    /** An answer that is none. */
    ModelRegistryException refused(String what, @Nullable Throwable why) {
        return new ModelRegistryException(
                Reason.ANSWER_REFUSED,
                "%s %s; it must be an MLflow server's own address".formatted(server, what),
                why);
    }
}
