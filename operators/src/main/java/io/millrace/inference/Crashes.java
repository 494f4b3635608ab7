package io.millrace.inference;

import io.millrace.record.Origin;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Rows that were being scored when a process ended, as the {@link RunRecord}s that it left say.
 *
 * <p>A process may end for any reason, so one crash makes a row a suspect, which is scored alone
 * from then on. A row that was alone in a run when a process ended, and in another such run before,
 * is to blame.
 */
final class Crashes {
    private static final String KEPT = ".crashed";

    /** After so long nobody replays a row any more. */
    private static final Duration KEEP = Duration.ofDays(30);

    private final Map<RunRecord.Row, Verdict> verdicts;

    /** What is known of a row. */
    enum Verdict {
        CLEAR,
        /** A process ended while it was scored with others, or once alone. */
        SUSPECT,
        /** Two processes ended while it was scored, one of them while it was alone. */
        TO_BLAME
    }

    private Crashes(Map<RunRecord.Row, Verdict> verdicts) {
        this.verdicts = verdicts;
    }

    /**
     * What processes have left in a folder.
     *
     * @throws UncheckedIOException where it cannot be read
     */
    static synchronized Crashes in(Path folder) {
        try {
            Files.createDirectories(folder);
            for (Path left : files(folder, RunRecord.SUFFIX)) {
                RunRecord.claim(left, Path.of(left + KEPT));
            }
            var ended = new ArrayList<List<RunRecord.Row>>();
            FileTime oldest = FileTime.from(Instant.now().minus(KEEP));
            for (Path crashed : files(folder, KEPT)) {
                if (Files.getLastModifiedTime(crashed).compareTo(oldest) < 0) {
                    Files.deleteIfExists(crashed);
                } else {
                    ended.add(RunRecord.rows(Files.readAllBytes(crashed)));
                }
            }
            return of(ended);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "%s must be a folder in which runs can be recorded".formatted(folder), e);
        }
    }

    private static List<Path> files(Path folder, String suffix) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + suffix)) {
            var all = new ArrayList<Path>();
            files.forEach(all::add);
            return all;
        }
    }

    /** What follows from the runs that were under way when processes ended. */
    static Crashes of(List<List<RunRecord.Row>> runs) {
        Map<RunRecord.Row, Integer> ends = new HashMap<>();
        Map<RunRecord.Row, Integer> aloneEnds = new HashMap<>();
        for (List<RunRecord.Row> run : runs) {
            for (RunRecord.Row row : run) {
                ends.merge(row, 1, Integer::sum);
                if (run.size() == 1) {
                    aloneEnds.merge(row, 1, Integer::sum);
                }
            }
        }
        Map<RunRecord.Row, Verdict> verdicts = new HashMap<>();
        ends.forEach(
                (row, count) ->
                        verdicts.put(
                                row,
                                count > 1 && aloneEnds.containsKey(row)
                                        ? Verdict.TO_BLAME
                                        : Verdict.SUSPECT));
        return new Crashes(verdicts);
    }

    boolean isEmpty() {
        return verdicts.isEmpty();
    }

    Verdict of(Origin origin) {
        return verdicts.getOrDefault(
                new RunRecord.Row(origin.topic(), origin.partition(), origin.offset()),
                Verdict.CLEAR);
    }
}
