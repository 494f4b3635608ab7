package io.millrace.registry;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/**
 * What this machine knows of a registry when the registry itself is out of reach: the descriptions
 * of versions that were good, and what each alias last pointed at. It lies in the cache; the bytes
 * are kept as they were registered, so that they are checked again when they are recalled.
 */
final class KnownVersions {
    private static final int ALIAS_BYTES_MAX = 4096;
    private static final int SCOPE_DIGITS = 16;
    private static final String JSON = ".json";

    private final ModelCache cache;
    private final Path folder;

    /** What an alias pointed at. */
    record LastResolved(String version, Instant at) {}

    /**
     * @param location of the registry: two registries may give one name to different versions
     */
    KnownVersions(ModelCache cache, String location) {
        var scope = Sha256.hex(Sha256.of(location.getBytes(StandardCharsets.UTF_8)));
        this.cache = cache;
        this.folder = cache.folder().resolve("known").resolve(scope.substring(0, SCOPE_DIGITS));
    }

    void keep(VersionReader.Description description) {
        var place = place(description.version().name(), description.version().version());
        // The signature first: a description without its signature is as good as none.
        description
                .signature()
                .ifPresent(bytes -> keepChanged(place, VersionFiles.SIGNATURE, bytes));
        keepChanged(place, VersionFiles.METADATA, description.metadata());
    }

    void keepResolved(ModelVersion version, String alias, Instant at) {
        var json = Json.newObject().put("version", version.version()).put("at", at.toString());
        cache.keep(aliases(version.name()), alias + JSON, Json.write(json));
    }

    void keepProfile(ModelVersion version, byte[] bytes) {
        keepChanged(place(version.name(), version.version()), VersionFiles.PROFILE, bytes);
    }

    Optional<byte[]> profile(ModelVersion version) {
        var place = place(version.name(), version.version());
        return new FolderFiles(place, place)
                .read(VersionFiles.PROFILE, VersionFiles.PROFILE_BYTES_MAX);
    }

    Optional<VersionFiles> files(String model, String version) {
        var place = place(model, version);
        return Files.isDirectory(place)
                ? Optional.of(new FolderFiles(place, place))
                : Optional.empty();
    }

    Optional<LastResolved> lastResolved(String model, String alias) {
        var place = aliases(model);
        return new FolderFiles(place, place)
                .read(alias + JSON, ALIAS_BYTES_MAX)
                .flatMap(KnownVersions::lastResolved);
    }

    private static Optional<LastResolved> lastResolved(byte[] bytes) {
        try {
            var json = Json.object(bytes);
            var version = Json.text(json, "version");
            RegistryName.check("version", version);
            return Optional.of(new LastResolved(version, Instant.parse(Json.text(json, "at"))));
        } catch (IllegalArgumentException | DateTimeException | ModelRegistryException damaged) {
            // A damaged memory is none: the next good answer replaces it.
            return Optional.empty();
        }
    }

    private void keepChanged(Path place, String name, byte[] bytes) {
        if (!isKept(place.resolve(name), bytes)) {
            cache.keep(place, name, bytes);
        }
    }

    private static boolean isKept(Path file, byte[] bytes) {
        try {
            return Files.exists(file) && Arrays.equals(Files.readAllBytes(file), bytes);
        } catch (IOException unreadable) {
            // What cannot be read is written anew; if that fails too, the failure says why.
            return false;
        }
    }

    private Path place(String model, String version) {
        return folder.resolve(model).resolve("versions").resolve(version);
    }

    private Path aliases(String model) {
        return folder.resolve(model).resolve("aliases");
    }
}
