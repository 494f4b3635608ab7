package io.millrace.tests;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The repository that the tests run in: what they read of it that no module packages. */
public final class Repository {

    private static final Path ROOT = findRoot();

    private Repository() {}

    /** The file or folder at a path that counts from the repository's root. */
    public static Path path(String relative) {
        return ROOT.resolve(relative);
    }

    /** The content of a text file. */
    public static String text(String relative) {
        try {
            return Files.readString(path(relative));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The mapping that a YAML file holds. */
    @SuppressWarnings("unchecked")
    public static Map<String, Object> yaml(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return (Map<String, Object>)
                    new Load(LoadSettings.builder().build()).loadFromInputStream(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path findRoot() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("mvnw"))) {
            folder = folder.getParent();
            if (folder == null) {
                throw new IllegalStateException(
                        "No folder above %s holds mvnw".formatted(Path.of("").toAbsolutePath()));
            }
        }
        return folder;
    }
}
