package io.millrace.jobs.pipeline;

import io.millrace.jobs.terminal.CommandFailure;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import org.apache.flink.client.deployment.StandaloneClusterId;
import org.apache.flink.client.program.rest.RestClusterClient;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.SecurityOptions;

/** A running Flink cluster, reached by its REST address. */
public final class JobCluster {
    private static final int HTTP = 80;
    private static final int HTTPS = 443;

    private JobCluster() {}

    /**
     * Connects.
     *
     * @param address {@code http://host:port} of the JobManager
     * @throws CommandFailure when that is no such address, or no Flink answers there
     */
    public static RestClusterClient<StandaloneClusterId> reach(String address) {
        URI uri = parse(address);
        var settings = new Configuration();
        settings.set(RestOptions.ADDRESS, uri.getHost());
        settings.set(JobManagerOptions.ADDRESS, uri.getHost());
        boolean secure = uri.getScheme().equals("https");
        settings.set(RestOptions.PORT, uri.getPort() > 0 ? uri.getPort() : secure ? HTTPS : HTTP);
        settings.set(SecurityOptions.SSL_REST_ENABLED, secure);
        settings.set(RestOptions.RETRY_MAX_ATTEMPTS, 3);
        RestClusterClient<StandaloneClusterId> client;
        try {
            client = new RestClusterClient<>(settings, StandaloneClusterId.getInstance());
        } catch (Exception e) {
            throw unreachable(address, e);
        }
        try {
            client.getClusterOverview().get(15, java.util.concurrent.TimeUnit.SECONDS);
            return client;
        } catch (Exception e) {
            client.close();
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            throw unreachable(address, e);
        }
    }

    /** The jar that this class was loaded from: what a cluster needs to run a job. */
    public static Path jobJar() {
        try {
            Path jar =
                    Path.of(
                            JobCluster.class
                                    .getProtectionDomain()
                                    .getCodeSource()
                                    .getLocation()
                                    .toURI());
            if (!jar.toString().endsWith(".jar")) {
                throw CommandFailure.failed(
                        "Millrace runs from classes (%s); a cluster needs the job jar: use"
                                + " ./millrace run",
                        jar);
            }
            return jar;
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static URI parse(String address) {
        try {
            URI uri = new URI(address);
            if (uri.getHost() != null
                    && uri.getScheme() != null
                    && (uri.getScheme().equals("http") || uri.getScheme().equals("https"))) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // Said below.
        }
        throw CommandFailure.badInput(
                "--cluster is %s; it must be the address of a JobManager, like"
                        + " http://localhost:8081",
                address);
    }

    private static CommandFailure unreachable(String address, Exception cause) {
        return CommandFailure.failed(
                        "no Flink answers at %s; start one, or leave --cluster out to run here",
                        address)
                .causedBy(cause);
    }
}
