package io.millrace.tests.sql;

import io.millrace.tests.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The files of {@code sql/}: one statement each. */
final class SqlFiles {

    private SqlFiles() {}

    /** The files of a folder, in the order of their names. */
    static List<Path> in(String folder) {
        try (Stream<Path> files = Files.list(Repository.path("sql").resolve(folder))) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The file's statement, as the SQL client would send it. */
    static String statement(Path file) {
        try {
            return Files.readString(file).strip().replaceFirst(";$", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code daily_quality} of {@code daily_quality.sql}. */
    static String name(Path file) {
        return file.getFileName().toString().replaceFirst("\\.sql$", "");
    }
}
