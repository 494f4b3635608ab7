package io.millrace.monitor;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Two-sample cases, detector streams and a table that drifts, with what others computed of them.
 * The data is not part of the project; it lies where {@code MILLRACE_DATA} says.
 */
final class PublishedDrift {

    private PublishedDrift() {}

    /** Where the data lies; {@code MILLRACE_DATA} counts from the project's root. */
    static Optional<Path> found() {
        Optional<Path> folder =
                Optional.ofNullable(System.getenv("MILLRACE_DATA"))
                        .map(data -> Path.of("..").toAbsolutePath().resolve(data).resolve("drift"))
                        .filter(Files::isDirectory);
        if (folder.isEmpty()) {
            System.out.println(
                    "NOT RUN: published cases of drift; MILLRACE_DATA must name the folder that"
                            + " holds drift/");
        }
        return folder;
    }

    /** A file of it, where there is one. */
    static Path file(String name) {
        return found().orElseThrow().resolve(name);
    }
}
