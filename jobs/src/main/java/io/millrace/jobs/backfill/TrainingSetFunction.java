package io.millrace.jobs.backfill;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.accumulators.LongMaximum;
import org.apache.flink.api.common.accumulators.LongMinimum;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

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

    private final LongCounter written = new LongCounter();
    private final LongCounter labelled = new LongCounter();
    private final LongMinimum earliest = new LongMinimum();
    private final LongMaximum latest = new LongMaximum();

    private transient List<TrainingSetFile> files;
    private transient List<TrainingRow> instant;

    TrainingSetFunction(Path folder, List<TrainingSetFormat> formats, TrainingSetColumns columns) {
        this.folder = folder.toString();
        this.formats = formats.toArray(TrainingSetFormat[]::new);
        this.columns = columns;
    }

    @Override
    public void open(OpenContext context) throws IOException {
        getRuntimeContext().addAccumulator(Counts.WRITTEN, written);
        getRuntimeContext().addAccumulator(Counts.LABELLED, labelled);
        getRuntimeContext().addAccumulator(Counts.WRITTEN_EARLIEST, earliest);
        getRuntimeContext().addAccumulator(Counts.WRITTEN_LATEST, latest);
        instant = new ArrayList<>();
        files = new ArrayList<>();
        for (TrainingSetFormat format : formats) {
            files.add(format.create(Path.of(folder).resolve(format.fileName()), columns));
        }
    }

    @Override
    public void processElement(TrainingRow row, Context context, Collector<TrainingRow> out)
            throws IOException {
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
        for (TrainingRow row : instant) {
            for (TrainingSetFile file : files) {
                file.write(row);
            }
            written.add(1);
            labelled.add(row.isLabelled() ? 1 : 0);
            earliest.add(row.eventTimeMillis());
            latest.add(row.eventTimeMillis());
        }
        instant.clear();
    }

    @Override
    public void close() throws IOException {
        for (TrainingSetFile file : files) {
            file.close();
        }
    }
}
