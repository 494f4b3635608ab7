package io.millrace.tests.golden;

import io.millrace.jobs.backfill.Backfill;
import io.millrace.jobs.backfill.BackfillConfig;
import io.millrace.jobs.backfill.Counts;
import io.millrace.jobs.backfill.FileHistory;
import io.millrace.jobs.backfill.TrainingSetFormat;
import io.millrace.jobs.pipeline.PipelineFile;
import io.millrace.jobs.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A training set made of files.
 *
 * @param output where it is
 * @param counts what was counted
 */
record BackfilledFiles(Path output, Counts counts) {

    /** Backfills all events from a time on, with all labels. */
    static BackfilledFiles of(
            Path pipeline, List<Path> events, List<Path> labels, long fromMillis, Path folder)
            throws Exception {
        return of(pipeline, events, labels, fromMillis, 2, folder);
    }

    /** The same with so many subtasks. */
    static BackfilledFiles of(
            Path pipeline,
            List<Path> events,
            List<Path> labels,
            long fromMillis,
            int parallelism,
            Path folder)
            throws Exception {
        var config =
                new BackfillConfig(
                        folder.resolve("training"),
                        List.of(TrainingSetFormat.values()),
                        fromMillis,
                        Long.MAX_VALUE,
                        Long.MAX_VALUE,
                        parallelism);
        var backfill =
                new Backfill(
                        PipelineFile.read(pipeline, variable -> null),
                        new FileHistory(events, null),
                        new FileHistory(labels, null),
                        config);
        var counts = backfill.run(silence(), folder.resolve("scratch"));
        return new BackfilledFiles(config.output(), counts);
    }

    private static Terminal silence() {
        var nowhere = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        return new Terminal(nowhere, nowhere, false, false, 100);
    }

    List<String> lines() throws IOException {
        return Files.readAllLines(output.resolve(TrainingSetFormat.CSV.fileName()));
    }

    /** The features by event id. */
    Map<Long, double[]> features(int count) throws IOException {
        var features = new HashMap<Long, double[]>();
        for (String line : lines().subList(1, lines().size())) {
            var cells = List.of(line.split(",", -1));
            var values = new ArrayList<Double>();
            for (String cell : cells.subList(3, 3 + count)) {
                values.add(cell.isEmpty() ? Double.NaN : Double.parseDouble(cell));
            }
            features.put(
                    Long.parseLong(cells.get(0)),
                    values.stream().mapToDouble(Double::doubleValue).toArray());
        }
        return features;
    }
}
