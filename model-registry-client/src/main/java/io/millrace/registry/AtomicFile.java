package io.millrace.registry;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** A small file that its readers see as it was or as it is, and never half written. */
final class AtomicFile {
    private AtomicFile() {}

    static void write(Path folder, String name, byte[] bytes) throws IOException {
        var file = folder.resolve(name);
        var part = partBeside(file);
        try {
            try (var out = new PartFile(part, bytes.length)) {
                out.write(bytes);
                out.finish();
            }
            Files.move(
                    part,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(part);
        }
        forceFolder(folder);
    }

    /**
     * A name of its own in the same folder. The first dot keeps it from being anything's name in a
     * registry; a temporary file of Java's would be readable by its owner only.
     */
    static Path partBeside(Path file) {
        return file.resolveSibling(".%s.%s.part".formatted(file.getFileName(), UUID.randomUUID()));
    }

    /** Makes a rename in the folder survive a loss of power. */
    static void forceFolder(Path folder) throws IOException {
        try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
