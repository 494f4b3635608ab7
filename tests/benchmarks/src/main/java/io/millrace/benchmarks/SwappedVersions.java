package io.millrace.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.record.ModelDecision;
import io.millrace.record.ModelUpdate;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A registry in which one model has many versions. They say the same and differ by a remark in the
 * file, so that each has bytes, and a session, of its own.
 */
final class SwappedVersions {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The field of ONNX's {@code ModelProto} that holds a remark, and that it holds a text. */
    private static final int DOC_STRING = 6 << 3 | 2;

    private final Path registry;
    private final String model;
    private final Path original;

    /**
     * Registers the first version, as champion.
     *
     * @param registry a folder for the registry
     */
    SwappedVersions(Path registry, String model) throws IOException {
        this.registry = registry;
        this.model = model;
        this.original = Models.registryOf(model).resolve(model).resolve("1");
        register(1);
        Files.writeString(registry.resolve(model).resolve("aliases.json"), "{\"champion\": \"1\"}");
    }

    /** Registers a version; returns the digest of its bytes. */
    String register(int version) throws IOException {
        var bytes = new ByteArrayOutputStream();
        bytes.write(Files.readAllBytes(original.resolve("model.onnx")));
        byte[] remark = "version %05d".formatted(version).getBytes(StandardCharsets.UTF_8);
        bytes.write(DOC_STRING);
        bytes.write(remark.length);
        bytes.write(remark);
        String digest = "sha256:" + HexFormat.of().formatHex(sha256(bytes.toByteArray()));
        Path folder = registry.resolve(model).resolve(Integer.toString(version));
        Files.createDirectories(folder);
        Files.write(folder.resolve("model.onnx"), bytes.toByteArray());
        var metadata =
                (ObjectNode) JSON.readTree(Files.readAllBytes(original.resolve("metadata.json")));
        metadata.put("version", Integer.toString(version));
        metadata.put("digest", digest);
        metadata.put("bytes", bytes.size());
        Path golden = original.resolve("golden.csv");
        if (Files.exists(golden)) {
            Files.copy(golden, folder.resolve("golden.csv"));
        }
        JSON.writeValue(folder.resolve("metadata.json").toFile(), metadata);
        return digest;
    }

    /** What announces a version for an event time. */
    ModelUpdate update(int version, String digest, long fromMillis, long nowMillis) {
        return new ModelUpdate(
                model, Integer.toString(version), digest, fromMillis, nowMillis, "a swap");
    }

    static ModelDecision decision(ModelUpdate update) {
        return new ModelDecision(
                ModelDecision.Action.PROMOTE,
                "benchmark",
                update.reason(),
                false,
                ModelDecision.subject(update),
                update.model(),
                update.version(),
                update.digest(),
                update.share(),
                "",
                update.announcedMillis(),
                update.fromMillis(),
                null);
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
