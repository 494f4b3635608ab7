package io.millrace.tests.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files that tests compare with. {@code -Dmillrace.update=true} writes them anew. */
final class Golden {
    private Golden() {}

    static void assertSame(Path golden, String actual) {
        try {
            if (Boolean.getBoolean("millrace.update")) {
                Files.writeString(golden, actual);
            }
            assertThat(golden).as("run with -Dmillrace.update=true to write it").exists();
            assertThat(actual)
                    .as("run with -Dmillrace.update=true to write %s anew", golden)
                    .isEqualTo(Files.readString(golden));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
