package io.millrace.source;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/**
 * A file of rows.
 *
 * @param name where it is
 * @param format how it holds them
 */
public record HistoryFile(String name, FileFormat format) implements Serializable {
    private static final int BUFFER = 1 << 16;

    public static HistoryFile of(Path path, FileFormat format) {
        return new HistoryFile(path.toString(), format);
    }

    Path path() {
        return Path.of(name);
    }

    /** The file's bytes, uncompressed. */
    InputStream open() throws IOException {
        InputStream bytes = Files.newInputStream(path());
        try {
            return FileFormat.isCompressed(path())
                    ? new BufferedInputStream(new GZIPInputStream(bytes, BUFFER), BUFFER)
                    : new BufferedInputStream(bytes, BUFFER);
        } catch (IOException e) {
            bytes.close();
            throw e;
        }
    }
}
