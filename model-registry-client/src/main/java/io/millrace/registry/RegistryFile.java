package io.millrace.registry;

/**
 * A file that was registered: which bytes it must hold.
 *
 * @param digest {@code sha256:} and 64 hexadecimal digits
 * @param bytes how many
 */
public record RegistryFile(String digest, long bytes) {

    public RegistryFile {
        Sha256.check(digest);
        if (bytes < 1) {
            throw new IllegalArgumentException("bytes is %d; it must be positive".formatted(bytes));
        }
    }

    static RegistryFile of(byte[] bytes) {
        return new RegistryFile(Sha256.of(bytes), bytes.length);
    }
}
