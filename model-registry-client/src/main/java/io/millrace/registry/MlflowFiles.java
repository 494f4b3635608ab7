package io.millrace.registry;

import io.millrace.registry.ModelRegistryException.Reason;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The files of one version in an MLflow server's artifact store. */
final class MlflowFiles implements VersionFiles {
    private final MlflowApi api;
    private final String version;
    private final ArtifactPath folder;
    private final String metadataDigest;
    private @Nullable Map<String, Long> listed;

    MlflowFiles(MlflowApi api, String version, ArtifactPath folder, String metadataDigest) {
        this.api = api;
        this.version = version;
        this.folder = folder;
        this.metadataDigest = metadataDigest;
    }

    @Override
    public String place(String file) {
        return "%s of %s in %s".formatted(file, version, api.http().server());
    }

    @Override
    public @Nullable String metadataDigest() {
        return metadataDigest;
    }

    @Override
    public Optional<byte[]> read(String file, int bytesMax) {
        if (listed == null) {
            // Some stores behind MLflow fail when they are asked for what they do not have.
            listed = api.list(folder, api.http().deadline());
        }
        Long bytes = listed.get(file);
        return bytes == null
                ? Optional.empty()
                : api.bytes(
                        folder.down(file).orElseThrow(), bytesMax + 1, Math.min(bytes, bytesMax));
    }

    @Override
    public void copy(String file, PartFile to) {
        if (!api.download(folder.down(file).orElseThrow(), to)) {
            throw new ModelRegistryException(
                    Reason.ARTIFACT_MISSING,
                    "%s is not there; it must be logged with its version".formatted(place(file)));
        }
    }
}
