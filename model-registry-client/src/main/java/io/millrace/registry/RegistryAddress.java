package io.millrace.registry;

import java.io.Serializable;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where a registry is, and which files open it. It holds no secret, only the paths of those that
 * do, so it may be shown, logged, and sent with a job.
 *
 * @param location a folder, or {@code mlflow+https://host[:port][/path]} of an MLflow server
 * @param credentials the folder with {@code token}, or {@code username} and {@code password}, and
 *     {@code ca.crt} where the server's certificate needs one; null where there is none
 * @param signedBy the file of the public key that must have signed every version, or null where
 *     none need be signed
 */
public record RegistryAddress(
        String location, @Nullable String credentials, @Nullable String signedBy)
        implements Serializable {
    private static final String MLFLOW = "mlflow+";

    /**
     * @throws IllegalArgumentException which says what the location must be
     */
    public RegistryAddress {
        Object unused = isServer(location) ? server(location) : path(location);
    }

    /** A folder, whose versions need not be signed. */
    public static RegistryAddress directory(Path root) {
        return new RegistryAddress(root.toString(), null, null);
    }

    /** Whether a location is that of a server, not a folder. */
    public static boolean isServer(String location) {
        return location.startsWith(MLFLOW);
    }

    RegistryStore store() {
        if (!isServer(location)) {
            return new DirectoryStore(path(location));
        }
        var opened = new Credentials(credentials == null ? null : Path.of(credentials));
        var http = new RegistryHttp(server(location), opened, HttpLimits.STANDARD);
        return new MlflowStore(new MlflowApi(http));
    }

    private static URI server(String location) {
        try {
            var uri = new URI(location.substring(MLFLOW.length()));
            boolean isWeb = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
            // A password in it would be shown wherever the address is.
            boolean isPlain =
                    uri.getRawUserInfo() == null
                            && uri.getRawQuery() == null
                            && uri.getRawFragment() == null;
            if (isWeb && isPlain && uri.getHost() != null) {
                return URI.create(uri.toString().replaceFirst("/+$", ""));
            }
        } catch (URISyntaxException e) {
            throw unlike(e);
        }
        throw unlike(null);
    }

    private static Path path(String location) {
        try {
            return Path.of(location);
        } catch (InvalidPathException e) {
            throw unlike(e);
        }
    }

    // The location is left out: it may be a password that was put in the wrong place.
    private static IllegalArgumentException unlike(@Nullable Exception why) {
        return new IllegalArgumentException(
                "it must be a path, or mlflow+https://host with a port and a path where needed,"
                        + " without a user or a query",
                why);
    }
}
