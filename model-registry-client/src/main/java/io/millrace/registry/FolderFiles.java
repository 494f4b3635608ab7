package io.millrace.registry;

import io.millrace.registry.ModelRegistryException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Files of a folder, which is untrusted: a link may lead anywhere inside the root (as in a mounted
 * Kubernetes volume) and nowhere else, and only plain files are opened.
 */
final class FolderFiles implements VersionFiles {
    private final Path root;
    private final Path folder;

    FolderFiles(Path root, Path folder) {
        this.root = root;
        this.folder = folder;
    }

    @Override
    public String place(String file) {
        return folder.resolve(file).toString();
    }

    @Override
    public @Nullable String metadataDigest() {
        return null;
    }

    @Override
    public Optional<byte[]> read(String file, int bytesMax) {
        var path = folder.resolve(file);
        try {
            var plain = inside(path);
            try (var in = Files.newInputStream(plain, LinkOption.NOFOLLOW_LINKS)) {
                return Optional.of(in.readNBytes(bytesMax + 1));
            }
        } catch (NoSuchFileException missing) {
            return Optional.empty();
        } catch (IOException e) {
            throw unread(path, e);
        }
    }

    @Override
    public void copy(String file, PartFile to) throws IOException {
        var path = folder.resolve(file);
        try (var in = Files.newInputStream(inside(path), LinkOption.NOFOLLOW_LINKS)) {
            var chunk = new byte[1 << 16];
            for (int read = in.read(chunk); read >= 0 && !to.isFull(); read = in.read(chunk)) {
                to.write(chunk, 0, read);
            }
        } catch (NoSuchFileException e) {
            throw new ModelRegistryException(
                    Reason.ARTIFACT_MISSING,
                    "%s is not there; it must be registered with its version".formatted(path),
                    e);
        }
    }

    /** What the file really is, once it is known to be a plain file inside the root. */
    private Path inside(Path file) throws IOException {
        var real = inside(root, file);
        if (!Files.isRegularFile(real, LinkOption.NOFOLLOW_LINKS)) {
            throw new ModelRegistryException(
                    Reason.PATH_REFUSED, "%s is no plain file; it must be one".formatted(file));
        }
        return real;
    }

    /** What the path really is, once it is known to be inside the root. */
    static Path inside(Path root, Path path) throws IOException {
        var real = path.toRealPath();
        if (!real.startsWith(root.toRealPath())) {
            throw new ModelRegistryException(
                    Reason.PATH_REFUSED,
                    "%s leads to %s; it must stay inside the registry %s"
                            .formatted(path, real, root));
        }
        return real;
    }

    static ModelRegistryException unread(Path path, IOException why) {
        return new ModelRegistryException(
                Reason.READ_FAILED,
                "%s could not be read (%s); it must be readable by this user".formatted(path, why),
                why);
    }
}
