package io.millrace.registry;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The files of one registered version, wherever they lie. Their bytes are untrusted; whoever asks
 * says how many there may be.
 */
interface VersionFiles {
    String MODEL = "model.onnx";
    String METADATA = "metadata.json";
    String GOLDEN = "golden.csv";
    String SIGNATURE = "model.sig";
    String PROFILE = "profile.json";

    int PROFILE_BYTES_MAX = 64 << 20;

    /** Where the file lies, for people. */
    String place(String file);

    /**
     * All bytes of a small file, or one more than {@code bytesMax} of a larger one; empty where
     * there is none.
     */
    Optional<byte[]> read(String file, int bytesMax);

    /**
     * Writes the file's bytes, until {@code to} is full.
     *
     * @throws IOException when it cannot be read or written here
     */
    void copy(String file, PartFile to) throws IOException;

    /** The digest under which the metadata is registered, or null where nothing pins it. */
    @Nullable String metadataDigest();
}
