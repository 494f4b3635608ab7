package io.millrace.sink;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * How a refused record's bytes are kept: as text where all of them are UTF-8, else in Base64, and
 * either way no more than fits.
 *
 * <p>What is cut is cut by its length as JSON, since a control character takes six bytes there, and
 * never inside a character.
 */
final class Original {

    private Original() {}

    /**
     * What is kept.
     *
     * @param isText whether the bytes are UTF-8
     * @param bytes how many of the original bytes, from the first on
     */
    record Kept(boolean isText, int bytes) {}

    static Kept keep(byte[] original, int maxEncodedBytes) {
        int fits = 0;
        int encoded = 0;
        int at = 0;
        while (at < original.length) {
            int length = characterLength(original, at);
            if (length == 0) {
                return new Kept(false, Math.min(original.length, maxEncodedBytes / 4 * 3));
            }
            encoded = Math.min(Integer.MAX_VALUE / 2, encoded + jsonLength(original[at], length));
            at += length;
            if (encoded <= maxEncodedBytes) {
                fits = at;
            }
        }
        return new Kept(true, fits);
    }

    static String sha256(byte[] original) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(original));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static int jsonLength(byte first, int length) {
        return switch (first) {
            case '"', '\\', '\b', '\f', '\n', '\r', '\t' -> 2;
            default -> length == 1 && first < ' ' ? 6 : length;
        };
    }

    /**
     * The length of the UTF-8 character that begins here, or 0 where none does.
     *
     * @see <a href="https://www.unicode.org/versions/Unicode16.0.0/core-spec/chapter-3/#G27506">The
     *     Unicode Standard, table 3-7</a>
     */
    private static int characterLength(byte[] bytes, int at) {
        int first = bytes[at] & 0xFF;
        if (first < 0x80) {
            return 1;
        }
        if (first < 0xC2 || first > 0xF4) {
            return 0;
        }
        int length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
        if (at + length > bytes.length) {
            return 0;
        }
        // The second byte's range shuts out overlong forms, surrogates, and what lies over
        // U+10FFFF.
        int low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
        int high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
        int second = bytes[at + 1] & 0xFF;
        if (second < low || second > high) {
            return 0;
        }
        for (int i = at + 2; i < at + length; i++) {
            if ((bytes[i] & 0xC0) != 0x80) {
                return 0;
            }
        }
        return length;
    }
}
