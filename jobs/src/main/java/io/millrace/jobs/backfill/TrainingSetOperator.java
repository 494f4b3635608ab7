package io.millrace.jobs.backfill;

import io.millrace.features.HistoryWarming;
import io.millrace.jobs.backfill.TrainingRow.Kind;
import io.millrace.record.UntilPassed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedMultiInput;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Writes rows by event time, those of one instant by their ids: the same rows always make the same
 * files. The second input is what is known of them: their labels, and when the streams begin. The
 * last label may be of the first row, so rows are set aside in a file until all is known. It hands
 * nothing on.
 */
final class TrainingSetOperator extends AbstractStreamOperator<TrainingRow>
        implements TwoInputStreamOperator<TrainingRow, TrainingRow, TrainingRow>,
                BoundedMultiInput {
    private static final long serialVersionUID = 1L;

    private static final Comparator<TrainingRow> ORDER =
            Comparator.comparingLong(TrainingRow::eventTimeMillis)
                    .thenComparingInt(row -> row.eventId().length())
                    .thenComparing(TrainingRow::eventId);

    private final String folder;
    private final TrainingSetFormat[] formats;
    private final TrainingSetColumns columns;
    private final HistoryWarming history;

    private transient UntilPassed<TrainingRow> waiting;
    private transient TrainingSetWriter writer;
    private transient LabelTable labels;
    private transient SetAside rows;
    private transient int openInputs;

    /**
     * Writes to a folder.
     *
     * @param history which features warm
     */
    @SuppressWarnings("NullAway.Init") // Set in open().
    TrainingSetOperator(
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
    public void open() throws Exception {
        super.open();
        waiting = new UntilPassed<>(TrainingRow::eventTimeMillis, ORDER);
        writer =
                new TrainingSetWriter(
                        Path.of(folder), List.of(formats), columns, history, getRuntimeContext());
        labels = new LabelTable();
        var files = getContainingTask().getEnvironment().getIOManager();
        rows = new SetAside(files.createChannel().getPathFile().toPath());
        openInputs = 2;
    }

    @Override
    public void processElement1(StreamRecord<TrainingRow> row) {
        waiting.add(row.getValue());
    }

    @Override
    public void processElement2(StreamRecord<TrainingRow> element) {
        TrainingRow known = element.getValue();
        if (known.isBeginning()) {
            history.learnt(known.kind() == Kind.FIRST_LABEL, known.eventTimeMillis());
        } else {
            labels.put(known.eventId(), known.labelTimeMillis(), known.label());
        }
    }

    @Override
    public void processWatermark1(Watermark mark) {
        waiting.pass(mark.getTimestamp(), this::setAside);
    }

    private void setAside(TrainingRow row) {
        try {
            rows.add(row);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void processWatermark2(Watermark mark) {
        // What is known may come whenever it likes.
    }

    @Override
    public void endInput(int input) throws IOException {
        if (--openInputs == 0) {
            rows.each(row -> writer.write(labels.labelled(row)));
            writer.close();
        }
    }

    @Override
    public void close() throws Exception {
        if (rows != null) {
            rows.close();
        }
        super.close();
    }
}
