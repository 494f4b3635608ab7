package io.millrace.inference;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/** Directory registries for tests: versions of models with the features {@code a} and {@code b}. */
final class Registries {

    private Registries() {}

    /** Version 1. */
    static void register(Path root, String name, Path model, List<String> goldenRows)
            throws IOException {
        register(root, name, "1", model, goldenRows);
    }

    static void register(
            Path root, String name, String version, Path model, List<String> goldenRows)
            throws IOException {
        Path folder = Files.createDirectories(root.resolve(name).resolve(version));
        Files.write(folder.resolve("model.onnx"), Files.readAllBytes(model));
        Path golden =
                Files.writeString(
                        folder.resolve("golden.csv"),
                        "a,b,score\n" + String.join("\n", goldenRows) + "\n");
        Files.writeString(
                folder.resolve("metadata.json"),
                String.format(
                        Locale.ROOT,
                        """
                        {"name": "%s", "version": "%s", "digest": "%s", "bytes": %d,
                         "inputs": [{"name": "features", "type": "float32", "shape": [-1, 2], "features": ["a", "b"]}],
                         "output": {"name": "score", "type": "float32", "shape": [-1, -1], "meaning": "a test"},
                         "golden": {"digest": "%s", "bytes": %d}}
                        """,
                        name,
                        version,
                        digest(model),
                        Files.size(model),
                        digest(golden),
                        Files.size(golden)));
    }

    static String digest(Path file) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
            return "sha256:" + HexFormat.of().formatHex(digest);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
