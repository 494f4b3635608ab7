package io.millrace.registry;

import io.millrace.registry.ModelRegistryException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * Model files on this machine, named by the digest of their bytes.
 *
 * <p>Invariants: a file appears under its name whole or not at all, by one atomic move; a path is
 * given out only after its bytes were read and named in the same call. So any number of threads and
 * processes may share a cache without a lock: the worst that two can do is to copy the same bytes
 * twice.
 */
final class ModelCache {
    /** Named by the kind of digest, so that another kind may come to lie beside it. */
    private static final String SHELF = "sha256";

    private final Path folder;

    ModelCache(Path folder) {
        this.folder = folder.toAbsolutePath().normalize();
    }

    /** The cached file, or empty where there is none or it is damaged. */
    Optional<Path> find(ModelVersion version) {
        var cached = pathOf(version);
        try {
            if (!Files.isRegularFile(cached, LinkOption.NOFOLLOW_LINKS)
                    || Files.size(cached) != version.bytes()) {
                return Optional.empty();
            }
            try (var in = Files.newInputStream(cached)) {
                var digest = Sha256.copy(in, OutputStream.nullOutputStream(), version.bytes() + 1);
                return digest.equals(version.digest()) ? Optional.of(cached) : Optional.empty();
            }
        } catch (IOException unreadable) {
            // An unreadable copy is a damaged one: it is replaced, and if that fails too, the
            // failure says why.
            return Optional.empty();
        }
    }

    /**
     * Copies the version's bytes here, and replaces what was under their name.
     *
     * @param source the version's bytes; closed here
     */
    Path store(ModelVersion version, InputStream source) {
        try (source) {
            return copy(version, source);
        } catch (IOException e) {
            throw new ModelRegistryException(
                    Reason.CACHE_FAILED,
                    "%s could not be copied into the cache %s (%s); it must be a writable folder with %d bytes free"
                            .formatted(version, folder, e, version.bytes()),
                    e);
        }
    }

    private Path copy(ModelVersion version, InputStream source) throws IOException {
        var cached = pathOf(version);
        var shelf = folder.resolve(SHELF);
        Files.createDirectories(shelf);
        var part = Files.createTempFile(shelf, Sha256.hex(version.digest()), ".part");
        try {
            String digest;
            try (var out = Files.newOutputStream(part)) {
                // One byte more than there must be: enough to see that a file is longer.
                digest = Sha256.copy(source, out, version.bytes() + 1);
            }
            if (!digest.equals(version.digest())) {
                throw new ModelRegistryException(
                        Reason.DIGEST_DIFFERS,
                        "the model file of %s has the digest %s; it must be the registered %s: restore the file, or register it as a new version"
                                .formatted(version, digest, version.digest()));
            }
            Files.move(
                    part,
                    cached,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            return cached;
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private Path pathOf(ModelVersion version) {
        return folder.resolve(SHELF).resolve(Sha256.hex(version.digest()) + ".onnx");
    }
}
