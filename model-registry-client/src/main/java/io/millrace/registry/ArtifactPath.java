package io.millrace.registry;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where files lie in an MLflow server's own artifact store: plain segments that lead down from its
 * root, and nowhere else.
 */
final class ArtifactPath {
    private static final String SCHEME = "mlflow-artifacts:/";
    private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9@_=+-][A-Za-z0-9@._=+-]*");
    private static final int CHARS_MAX = 1024;
    private static final int SEGMENTS_MAX = 32;

    private final String path;

    private ArtifactPath(String path) {
        this.path = path;
    }

    /** The path that the URI names, or empty where it leads elsewhere: another scheme or host. */
    static Optional<ArtifactPath> of(String uri) {
        return uri.startsWith(SCHEME) ? plain(uri.substring(SCHEME.length())) : Optional.empty();
    }

    /** The path further down, or empty where it is none. */
    Optional<ArtifactPath> down(String relative) {
        return plain(path + "/" + relative);
    }

    private static Optional<ArtifactPath> plain(String path) {
        if (path.length() > CHARS_MAX) {
            return Optional.empty();
        }
        // An empty segment, as after the two slashes before a host, is none.
        var segments = path.split("/", -1);
        boolean isPlain =
                segments.length <= SEGMENTS_MAX
                        && Arrays.stream(segments).allMatch(s -> SEGMENT.matcher(s).matches());
        return isPlain ? Optional.of(new ArtifactPath(path)) : Optional.empty();
    }

    /** As MLflow names it. */
    String uri() {
        return SCHEME + path;
    }

    /** Its segments with slashes between them, legal in a URL as they are. */
    @Override
    public String toString() {
        return path;
    }
}
