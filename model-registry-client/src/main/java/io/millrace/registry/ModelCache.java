package io.millrace.registry;

import io.millrace.registry.ModelRegistryException.Reason;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Registered files on this machine, named by the digest of their bytes.
 *
 * <p>Invariants: a file appears under its name whole or not at all, by one atomic move; a path is
 * given out only after its bytes were read and named in the same call. So any number of threads and
 * processes may share a cache without a lock: the worst that two can do is to copy the same bytes
 * twice.
 */
final class ModelCache {
    /** Named by the kind of digest, so that another kind may come to lie beside it. */
    private static final String SHELF = "sha256";

    private static final String PART = ".part";

    /**
     * A copy that nobody has written to for this long is one whose process was killed: a copy that
     * is alive has been given up by then.
     */
    private static final Duration ABANDONED = Duration.ofHours(1);

    private final Path folder;

    /** Brings the bytes of one file. */
    @FunctionalInterface
    interface Source {
        void copy(PartFile to) throws IOException;
    }

    ModelCache(Path folder) {
        this.folder = folder.toAbsolutePath().normalize();
    }

    Path folder() {
        return folder;
    }

    /** The cached file, or empty where there is none or it is damaged. */
    Optional<Path> find(RegistryFile file, String suffix) {
        var cached = pathOf(file, suffix);
        try {
            if (!Files.isRegularFile(cached, LinkOption.NOFOLLOW_LINKS)
                    || Files.size(cached) != file.bytes()) {
                return Optional.empty();
            }
            try (var in = Files.newInputStream(cached)) {
                var digest = Sha256.copy(in, OutputStream.nullOutputStream(), file.bytes() + 1);
                return digest.equals(file.digest()) ? Optional.of(cached) : Optional.empty();
            }
        } catch (IOException unreadable) {
            // An unreadable copy is a damaged one: it is replaced, and if that fails too, the
            // failure says why.
            return Optional.empty();
        }
    }

    /**
     * Copies the file's bytes here, and replaces what was under their name.
     *
     * @param place where they come from, for people
     */
    Path store(RegistryFile file, String suffix, String place, Source source) {
        try {
            return copy(file, suffix, place, source);
        } catch (IOException e) {
            throw failed(file.bytes(), e);
        }
    }

    /** Writes a small file of its own beside the copies, whole or not at all. */
    void keep(Path place, String name, byte[] bytes) {
        try {
            Files.createDirectories(place);
            AtomicFile.write(place, name, bytes);
        } catch (IOException e) {
            throw failed(bytes.length, e);
        }
    }

    private Path copy(RegistryFile file, String suffix, String place, Source source)
            throws IOException {
        var cached = pathOf(file, suffix);
        var shelf = folder.resolve(SHELF);
        Files.createDirectories(shelf);
        removeAbandoned(shelf);
        var part = Files.createTempFile(shelf, Sha256.hex(file.digest()), PART);
        try {
            String digest;
            long bytes;
            try (var out = new PartFile(part, file.bytes())) {
                source.copy(out);
                digest = out.finish();
                bytes = out.bytes();
            }
            if (bytes != file.bytes()) {
                throw new ModelRegistryException(
                        Reason.DIGEST_DIFFERS,
                        "%s has %s bytes; it must have the registered %d: restore the file, or register it as a new version"
                                .formatted(
                                        place,
                                        bytes < file.bytes() ? bytes : "more than " + file.bytes(),
                                        file.bytes()));
            }
            if (!digest.equals(file.digest())) {
                throw new ModelRegistryException(
                        Reason.DIGEST_DIFFERS,
                        "%s has the digest %s; it must be the registered %s: restore the file, or register it as a new version"
                                .formatted(place, digest, file.digest()));
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

    private static void removeAbandoned(Path shelf) throws IOException {
        var before = Instant.now().minus(ABANDONED);
        try (var parts = Files.newDirectoryStream(shelf, "*" + PART)) {
            for (var part : parts) {
                if (isOlder(part, before)) {
                    Files.deleteIfExists(part);
                }
            }
        }
    }

    private static boolean isOlder(Path part, Instant before) throws IOException {
        try {
            return Files.getLastModifiedTime(part).toInstant().isBefore(before);
        } catch (NoSuchFileException gone) {
            // Another process was faster, or has finished its copy.
            return false;
        }
    }

    private ModelRegistryException failed(long bytes, IOException e) {
        return new ModelRegistryException(
                Reason.CACHE_FAILED,
                "the cache %s could not be written (%s); it must be a writable folder with %d bytes free"
                        .formatted(folder, e, bytes),
                e);
    }

    private Path pathOf(RegistryFile file, String suffix) {
        return folder.resolve(SHELF).resolve(Sha256.hex(file.digest()) + suffix);
    }
}
