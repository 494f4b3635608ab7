package io.millrace.registry;

import io.millrace.registry.ModelRegistryException.Reason;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes a version of its files, once they say what they must: of a registry, of a candidate, or as
 * this machine remembers them.
 */
final class VersionReader {
    private static final int METADATA_BYTES_MAX = 1 << 20;
    private static final int SIGNATURE_BYTES_MAX = 1 << 20;

    private final @Nullable SignatureKey signedBy;

    /** A version, and the bytes that say so. */
    static final class Description {
        private final ModelVersion version;
        private final byte[] metadata;
        private final Optional<byte[]> signature;

        private Description(ModelVersion version, byte[] metadata, Optional<byte[]> signature) {
            this.version = version;
            this.metadata = metadata;
            this.signature = signature;
        }

        ModelVersion version() {
            return version;
        }

        byte[] metadata() {
            return metadata;
        }

        Optional<byte[]> signature() {
            return signature;
        }
    }

    /**
     * @param signedBy the key that must have signed every version, or null where none need be
     */
    VersionReader(@Nullable SignatureKey signedBy) {
        this.signedBy = signedBy;
    }

    /**
     * The description of a version.
     *
     * @param version the name under which it is registered, or null for one that it may choose
     */
    Description read(String model, @Nullable String version, VersionFiles files) {
        var metadata = metadata(files);
        var signature = read(files, VersionFiles.SIGNATURE, SIGNATURE_BYTES_MAX);
        ModelVersion read;
        try {
            var name = version == null ? VersionMetadata.versionIn(metadata) : version;
            read = VersionMetadata.read(metadata, model, name == null ? "new" : name);
        } catch (IllegalArgumentException e) {
            throw new ModelRegistryException(
                    Reason.METADATA_UNREADABLE,
                    "%s: %s".formatted(files.place(VersionFiles.METADATA), e.getMessage()),
                    e);
        }
        if (signedBy != null) {
            signedBy.check(read, metadata, signature, files.place(VersionFiles.SIGNATURE));
        }
        return new Description(read, metadata, signature);
    }

    private static byte[] metadata(VersionFiles files) {
        var place = files.place(VersionFiles.METADATA);
        var metadata =
                read(files, VersionFiles.METADATA, METADATA_BYTES_MAX)
                        .orElseThrow(
                                () ->
                                        new ModelRegistryException(
                                                Reason.METADATA_UNREADABLE,
                                                "%s is not there; it must be registered with its version"
                                                        .formatted(place)));
        var registered = files.metadataDigest();
        if (registered != null && !registered.equals(Sha256.of(metadata))) {
            throw new ModelRegistryException(
                    Reason.DIGEST_DIFFERS,
                    "%s has the digest %s; it must be the registered %s: restore the file, or register it as a new version"
                            .formatted(place, Sha256.of(metadata), registered));
        }
        return metadata;
    }

    private static Optional<byte[]> read(VersionFiles files, String file, int bytesMax) {
        var bytes = files.read(file, bytesMax);
        if (bytes.isPresent() && bytes.get().length > bytesMax) {
            throw new ModelRegistryException(
                    Reason.METADATA_UNREADABLE,
                    "%s is larger than %d bytes; it must be at most that"
                            .formatted(files.place(file), bytesMax));
        }
        return bytes;
    }
}
