package io.millrace.jobs.backfill;

import io.millrace.features.HistoryWarming;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.accumulators.LongMaximum;
import org.apache.flink.api.common.accumulators.LongMinimum;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.jspecify.annotations.Nullable;

/** A training set's files while they are written, and what is counted of them. */
final class TrainingSetWriter implements Closeable {
    private final TrainingSetColumns columns;
    private final HistoryWarming history;
    private final List<TrainingSetFile> files = new ArrayList<>();
    private final LongCounter written = new LongCounter();
    private final LongCounter labelled = new LongCounter();
    private final LongCounter warming = new LongCounter();
    private final LongMaximum warmingLatest = new LongMaximum();
    private final List<LongCounter> warmingFeatures = new ArrayList<>();
    private final LongMinimum earliest = new LongMinimum();
    private final LongMaximum latest = new LongMaximum();

    /**
     * Begins the files of a folder.
     *
     * @param history which features warm
     * @param counts where the accumulators go
     */
    TrainingSetWriter(
            Path folder,
            List<TrainingSetFormat> formats,
            TrainingSetColumns columns,
            HistoryWarming history,
            RuntimeContext counts)
            throws IOException {
        this.columns = columns;
        this.history = history;
        counts.addAccumulator(Counts.WARMING, warming);
        counts.addAccumulator(Counts.WARMING_LATEST, warmingLatest);
        for (String feature : columns.features()) {
            var rows = new LongCounter();
            warmingFeatures.add(rows);
            counts.addAccumulator(Counts.WARMING_FEATURE + feature, rows);
        }
        counts.addAccumulator(Counts.WRITTEN, written);
        counts.addAccumulator(Counts.LABELLED, labelled);
        counts.addAccumulator(Counts.WRITTEN_EARLIEST, earliest);
        counts.addAccumulator(Counts.WRITTEN_LATEST, latest);
        for (TrainingSetFormat format : formats) {
            files.add(format.create(folder.resolve(format.fileName()), columns));
        }
    }

    void write(TrainingRow row) throws IOException {
        int[] places = history.at(row.eventTimeMillis());
        String names = names(places);
        for (TrainingSetFile file : files) {
            file.write(row, names);
        }
        if (names != null) {
            warming.add(1);
            warmingLatest.add(row.eventTimeMillis());
            for (int place : places) {
                warmingFeatures.get(place).add(1);
            }
        }
        written.add(1);
        labelled.add(row.isLabelled() ? 1 : 0);
        earliest.add(row.eventTimeMillis());
        latest.add(row.eventTimeMillis());
    }

    private @Nullable String names(int[] places) {
        return places.length == 0
                ? null
                : Arrays.stream(places)
                        .mapToObj(columns.features()::get)
                        .collect(Collectors.joining(" "));
    }

    @Override
    public void close() throws IOException {
        for (TrainingSetFile file : files) {
            file.close();
        }
    }
}
