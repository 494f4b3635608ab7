package io.millrace.source;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How a file holds rows. Any of them may be compressed with gzip as well. */
public enum FileFormat {
    /** A header, then a row per line, cells separated by commas (by tabs in a {@code .tsv}). */
    CSV(".csv .tsv"),
    /** A JSON object per line. */
    JSON(".jsonl .ndjson .json"),
    /** An Avro object container. */
    AVRO(".avro"),
    /** A Parquet file, which compresses its own pages. */
    PARQUET(".parquet .pq");

    private static final String GZIP = ".gz";

    /** Separated by blanks. */
    private final String extensions;

    FileFormat(String extensions) {
        this.extensions = extensions;
    }

    /**
     * The format that a file's name says.
     *
     * @throws UnreadableFileException where it says none
     */
    public static FileFormat of(Path file) {
        String name = uncompressed(file);
        return Arrays.stream(values())
                .filter(format -> format.extensions().anyMatch(name::endsWith))
                .findFirst()
                .orElseThrow(
                        () ->
                                new UnreadableFileException(
                                        "%s does not say how it is written; its name must end in one of %s (.gz may follow), or --format must say"
                                                .formatted(file, allExtensions())));
    }

    static boolean isCompressed(Path file) {
        return file.toString().toLowerCase(Locale.ROOT).endsWith(GZIP);
    }

    /** The file's name in lower case, without what says that it is compressed. */
    static String uncompressed(Path file) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        return isCompressed(file) ? name.substring(0, name.length() - GZIP.length()) : name;
    }

    private Stream<String> extensions() {
        return Arrays.stream(extensions.split(" ", -1));
    }

    private static String allExtensions() {
        return Arrays.stream(values())
                .flatMap(FileFormat::extensions)
                .collect(Collectors.joining(", "));
    }
}
