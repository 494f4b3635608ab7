package io.millrace.registry;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** Names bytes by their SHA-256: {@code sha256:} and 64 lower-case hexadecimal digits. */
final class Sha256 {
    private static final String PREFIX = "sha256:";
    private static final Pattern FORM = Pattern.compile(PREFIX + "[0-9a-f]{64}");
    private static final int SHOWN = 80;
    private static final int CHUNK_BYTES = 1 << 16;

    private Sha256() {}

    static void check(String digest) {
        if (!FORM.matcher(digest).matches()) {
            throw new IllegalArgumentException(
                    "digest is '%s'; it must be %s and 64 lower-case hexadecimal digits"
                            .formatted(
                                    digest.substring(0, Math.min(digest.length(), SHOWN)), PREFIX));
        }
    }

    /** The 64 digits alone. */
    static String hex(String digest) {
        return digest.substring(PREFIX.length());
    }

    static String of(byte[] bytes) {
        return named(algorithm().digest(bytes));
    }

    /** Copies at most {@code limitBytes}, and names what was copied. */
    static String copy(InputStream in, OutputStream out, long limitBytes) throws IOException {
        var algorithm = algorithm();
        var chunk = new byte[CHUNK_BYTES];
        long left = limitBytes;
        while (left > 0) {
            int read = in.read(chunk, 0, (int) Math.min(chunk.length, left));
            if (read < 0) {
                break;
            }
            algorithm.update(chunk, 0, read);
            out.write(chunk, 0, read);
            left -= read;
        }
        return named(algorithm.digest());
    }

    static String named(byte[] digest) {
        return PREFIX + HexFormat.of().formatHex(digest);
    }

    static MessageDigest algorithm() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
