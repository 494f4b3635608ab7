package io.millrace.registry;

import io.millrace.registry.ModelRegistryException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A registry in a folder. Nothing is kept between calls: what others write there is seen at once.
 *
 * <p>The folder is untrusted: names are single path segments, a link may lead anywhere inside the
 * root (as in a mounted Kubernetes volume) and nowhere else, only plain files are opened, and each
 * kind of file has a largest size.
 */
final class DirectoryModelRegistry implements ModelRegistry {
    private static final String MODEL = "model.onnx";
    private static final String METADATA = "metadata.json";
    private static final String GOLDEN = "golden.csv";
    private static final String ALIASES = "aliases.json";

    private static final int METADATA_BYTES_MAX = 1 << 20;
    private static final int GOLDEN_BYTES_MAX = 16 << 20;

    private static final int NAMES_SHOWN = 8;

    private final Path root;
    private final ModelCache cache;

    DirectoryModelRegistry(Path root, ModelCache cache) {
        this.root = root.toAbsolutePath().normalize();
        this.cache = cache;
    }

    @Override
    public Optional<ModelVersion> resolve(String model, String alias) {
        RegistryName.check("alias", alias);
        var version = aliases(model).get(alias);
        return version == null ? Optional.empty() : Optional.of(version(model, version));
    }

    @Override
    public ModelVersion version(String model, String version) {
        RegistryName.check("version", version);
        var versions = modelFolder(model);
        var folder = versions.resolve(version);
        if (!Files.isDirectory(folder)) {
            throw new ModelRegistryException(
                    Reason.VERSION_MISSING,
                    "%s has no version '%s' in %s; it must be one of: %s"
                            .formatted(model, version, root, namesIn(versions)));
        }
        var metadata = folder.resolve(METADATA);
        var json = bytes(metadata, METADATA_BYTES_MAX, Reason.METADATA_UNREADABLE);
        try {
            var read = VersionMetadata.read(json);
            if (!read.name().equals(model) || !read.version().equals(version)) {
                throw new IllegalArgumentException(
                        "it describes %s; it must describe %s/%s, as its folder says"
                                .formatted(read, model, version));
            }
            return read;
        } catch (IllegalArgumentException e) {
            throw unreadable(Reason.METADATA_UNREADABLE, metadata, e);
        }
    }

    @Override
    public Path fetch(ModelVersion version) {
        return cache.find(version).orElseGet(() -> copy(version));
    }

    @Override
    public Optional<GoldenRows> golden(ModelVersion version) {
        var registered = version.golden();
        if (registered == null) {
            return Optional.empty();
        }
        var file = folderOf(version).resolve(GOLDEN);
        var csv = bytes(file, GOLDEN_BYTES_MAX, Reason.GOLDEN_UNREADABLE);
        var digest = Sha256.of(csv);
        if (!digest.equals(registered.digest())) {
            throw new ModelRegistryException(
                    Reason.DIGEST_DIFFERS,
                    "%s has the digest %s; it must be the registered %s: restore the file, or register a new version"
                            .formatted(file, digest, registered.digest()));
        }
        try {
            return Optional.of(GoldenRows.read(csv, version));
        } catch (IllegalArgumentException e) {
            throw unreadable(Reason.GOLDEN_UNREADABLE, file, e);
        }
    }

    private Map<String, String> aliases(String model) {
        var file = modelFolder(model).resolve(ALIASES);
        if (Files.notExists(file)) {
            return Map.of();
        }
        try {
            return VersionMetadata.readAliases(
                    bytes(file, METADATA_BYTES_MAX, Reason.ALIASES_UNREADABLE));
        } catch (IllegalArgumentException e) {
            throw unreadable(Reason.ALIASES_UNREADABLE, file, e);
        }
    }

    private Path copy(ModelVersion version) {
        var file = folderOf(version).resolve(MODEL);
        try {
            var plain = inside(file, Reason.ARTIFACT_MISSING);
            long bytes = Files.size(plain);
            if (bytes != version.bytes()) {
                throw new ModelRegistryException(
                        Reason.DIGEST_DIFFERS,
                        "%s has %d bytes; it must have the registered %d: restore the file, or register it as a new version"
                                .formatted(file, bytes, version.bytes()));
            }
            return cache.store(version, Files.newInputStream(plain, LinkOption.NOFOLLOW_LINKS));
        } catch (IOException e) {
            throw unread(file, e);
        }
    }

    private Path folderOf(ModelVersion version) {
        return modelFolder(version.name()).resolve(version.version());
    }

    private Path modelFolder(String model) {
        RegistryName.check("model", model);
        if (!Files.isDirectory(root)) {
            throw new ModelRegistryException(
                    Reason.REGISTRY_MISSING,
                    "the model registry %s is not there; it must be a folder of models"
                            .formatted(root));
        }
        var folder = root.resolve(model);
        if (!Files.isDirectory(folder)) {
            throw new ModelRegistryException(
                    Reason.MODEL_MISSING,
                    "model '%s' is not in the registry %s; it must be one of: %s"
                            .formatted(model, root, namesIn(root)));
        }
        return folder;
    }

    private byte[] bytes(Path file, int bytesMax, Reason refusal) {
        try (var in = Files.newInputStream(inside(file, refusal), LinkOption.NOFOLLOW_LINKS)) {
            var bytes = in.readNBytes(bytesMax + 1);
            if (bytes.length > bytesMax) {
                throw new ModelRegistryException(
                        refusal,
                        "%s is larger than %d bytes; it must be at most that"
                                .formatted(file, bytesMax));
            }
            return bytes;
        } catch (IOException e) {
            throw unread(file, e);
        }
    }

    /** What the file really is, once it is known to be a plain file inside the root. */
    private Path inside(Path file, Reason missing) throws IOException {
        Path real;
        try {
            real = file.toRealPath();
        } catch (NoSuchFileException e) {
            throw new ModelRegistryException(
                    missing,
                    "%s is not there; it must be registered with its version".formatted(file),
                    e);
        }
        if (!real.startsWith(root.toRealPath())) {
            throw new ModelRegistryException(
                    Reason.PATH_REFUSED,
                    "%s leads to %s; it must stay inside the registry %s"
                            .formatted(file, real, root));
        }
        if (!Files.isRegularFile(real, LinkOption.NOFOLLOW_LINKS)) {
            throw new ModelRegistryException(
                    Reason.PATH_REFUSED, "%s is no plain file; it must be one".formatted(file));
        }
        return real;
    }

    private static String namesIn(Path folder) {
        try (var names = Files.list(folder)) {
            var some =
                    names.filter(Files::isDirectory)
                            .map(name -> name.getFileName().toString())
                            .filter(RegistryName::isAllowed)
                            .sorted()
                            .limit(NAMES_SHOWN)
                            .collect(Collectors.joining(", "));
            return some.isEmpty() ? "(none is registered)" : some;
        } catch (IOException e) {
            throw unread(folder, e);
        }
    }

    private static ModelRegistryException unreadable(
            Reason reason, Path file, IllegalArgumentException why) {
        return new ModelRegistryException(reason, "%s: %s".formatted(file, why.getMessage()), why);
    }

    private static ModelRegistryException unread(Path path, IOException why) {
        return new ModelRegistryException(
                Reason.READ_FAILED,
                "%s could not be read (%s); it must be readable by this user".formatted(path, why),
                why);
    }
}
