package io.millrace.registry;

import io.millrace.registry.ModelRegistryException.Reason;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A version that is to be registered: files in a folder that have been checked against each other.
 *
 * @param version what it asks to be called, or null where the registry is to number it
 * @param files what each of them must hold when it has been registered, by name
 */
record Candidate(
        Path folder,
        @Nullable String version,
        Map<String, RegistryFile> files,
        String metadataDigest) {

    static Candidate of(Path folder, VersionReader.Description description) {
        var version = description.version();
        var files = new LinkedHashMap<String, RegistryFile>();
        files.put(VersionFiles.MODEL, new RegistryFile(version.digest(), version.bytes()));
        var golden = version.golden();
        if (golden != null) {
            files.put(VersionFiles.GOLDEN, golden);
        }
        for (var file : files.entrySet()) {
            check(folder.resolve(file.getKey()), file.getValue());
        }
        description
                .signature()
                .ifPresent(bytes -> files.put(VersionFiles.SIGNATURE, RegistryFile.of(bytes)));
        profile(folder).ifPresent(bytes -> files.put(VersionFiles.PROFILE, RegistryFile.of(bytes)));
        var metadata = RegistryFile.of(description.metadata());
        files.put(VersionFiles.METADATA, metadata);
        return new Candidate(
                folder,
                VersionMetadata.versionIn(description.metadata()),
                files,
                metadata.digest());
    }

    private static Optional<byte[]> profile(Path folder) {
        var files = new FolderFiles(folder, folder);
        var profile = files.read(VersionFiles.PROFILE, VersionFiles.PROFILE_BYTES_MAX);
        profile.ifPresent(bytes -> checkProfile(files.place(VersionFiles.PROFILE), bytes));
        return profile;
    }

    static void checkProfile(String place, byte[] bytes) {
        if (bytes.length > VersionFiles.PROFILE_BYTES_MAX) {
            throw new ModelRegistryException(
                    Reason.METADATA_UNREADABLE,
                    "%s is larger than %d bytes; it must be at most that"
                            .formatted(place, VersionFiles.PROFILE_BYTES_MAX));
        }
    }

    private static void check(Path path, RegistryFile file) {
        try (var in = Files.newInputStream(path)) {
            var digest = Sha256.copy(in, OutputStream.nullOutputStream(), file.bytes() + 1);
            if (!digest.equals(file.digest())) {
                throw new ModelRegistryException(
                        Reason.DIGEST_DIFFERS,
                        "%s has the digest %s; it must be %s, as its metadata says"
                                .formatted(path, digest, file.digest()));
            }
        } catch (IOException e) {
            throw FolderFiles.unread(path, e);
        }
    }
}
