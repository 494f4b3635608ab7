package io.millrace.jobs.backfill;

import io.millrace.features.HistoryWarming;
import io.millrace.jobs.backfill.TrainingRow.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.accumulators.LongMaximum;
import org.apache.flink.api.common.accumulators.LongMinimum;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Writes rows that come sorted by event time, those of one instant by their ids: the same rows
 * always make the same files.
 */
final class TrainingSetFunction extends KeyedProcessFunction<Integer, TrainingRow, TrainingRow> {
    private static final long serialVersionUID = 1L;

    private static final Comparator<TrainingRow> BY_ID =
            Comparator.<TrainingRow>comparingInt(row -> row.eventId().length())
                    .thenComparing(TrainingRow::eventId);

    private final String folder;
    private final TrainingSetFormat[] formats;
    private final TrainingSetColumns columns;
    private final HistoryWarming history;

    private final LongCounter written = new LongCounter();
    private final LongCounter labelled = new LongCounter();
    private final LongCounter warming = new LongCounter();
    private final LongMaximum warmingLatest = new LongMaximum();
    private final List<LongCounter> warmingFeatures = new ArrayList<>();
    private final LongMinimum earliest = new LongMinimum();
    private final LongMaximum latest = new LongMaximum();

    private transient List<TrainingSetFile> files;
    private transient List<TrainingRow> instant;

    /**
     * Writes to a folder.
     *
     * @param history which features warm
     */
    TrainingSetFunction(
            Path folder,
            List<TrainingSetFormat> formats,
            TrainingSetColumns columns,
            HistoryWarming history) {
        this.folder = folder.toString();
        this.formats = formats.toArray(TrainingSetFormat[]::new);
        this.columns = columns;
        this.history = history;
    }

    @Override
    public void open(OpenContext context) throws IOException {
        getRuntimeContext().addAccumulator(Counts.WRITTEN, written);
        getRuntimeContext().addAccumulator(Counts.LABELLED, labelled);
        getRuntimeContext().addAccumulator(Counts.WRITTEN_EARLIEST, earliest);
        getRuntimeContext().addAccumulator(Counts.WRITTEN_LATEST, latest);
        getRuntimeContext().addAccumulator(Counts.WARMING, warming);
        getRuntimeContext().addAccumulator(Counts.WARMING_LATEST, warmingLatest);
        for (String feature : columns.features()) {
            var rows = new LongCounter();
            warmingFeatures.add(rows);
            getRuntimeContext().addAccumulator(Counts.WARMING_FEATURE + feature, rows);
        }
        instant = new ArrayList<>();
        files = new ArrayList<>();
        for (TrainingSetFormat format : formats) {
            files.add(format.create(Path.of(folder).resolve(format.fileName()), columns));
        }
    }

    @Override
    public void processElement(TrainingRow row, Context context, Collector<TrainingRow> out)
            throws IOException {
        if (row.isBeginning()) {
            history.learnt(row.kind() == Kind.FIRST_LABEL, row.eventTimeMillis());
            return;
        }
        if (instant.isEmpty()) {
            // The only key's rows end when all rows do.
            context.timerService().registerEventTimeTimer(Long.MAX_VALUE);
        } else if (instant.get(0).eventTimeMillis() < row.eventTimeMillis()) {
            writeInstant();
        }
        instant.add(row);
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<TrainingRow> out)
            throws IOException {
        writeInstant();
    }

    private void writeInstant() throws IOException {
        if (instant.size() > 1) {
            instant.sort(BY_ID);
        }
        int[] places = history.at(instant.get(0).eventTimeMillis());
        String names = names(places);
        for (TrainingRow row : instant) {
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
        instant.clear();
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
