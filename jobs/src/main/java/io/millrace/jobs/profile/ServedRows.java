package io.millrace.jobs.profile;

import io.millrace.ingest.IngestConfig;
import io.millrace.ingest.RowContract;
import io.millrace.jobs.parity.FeatureSlots;
import io.millrace.jobs.parity.Scores;
import io.millrace.jobs.pipeline.EventTimeRange;
import io.millrace.jobs.pipeline.TopicConsumer;
import io.millrace.monitor.SeenLabel;
import io.millrace.monitor.TruthReader;
import io.millrace.record.Received;
import io.millrace.source.RecordReader;
import io.millrace.source.SourceConfig;
import io.millrace.spec.ColumnSpec;
import io.millrace.spec.FeaturesSpec.FeatureSpec;
import io.millrace.spec.LabelsSpec;
import io.millrace.spec.PipelineSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The features that a pipeline has scored in a range of event time, as its topic of scores has
 * them, and the last label of each.
 *
 * <p>The labels are held until the scores have been read: some hundred bytes for each.
 */
public final class ServedRows {
    private final PipelineSpec spec;
    private final String model;
    private final EventTimeRange range;
    private final Map<String, SeenLabel> labels = new HashMap<>();
    private long warming;

    /** Takes one row. */
    public interface EachRow {
        /**
         * One row.
         *
         * @param label 1 or 0; NaN where there is none
         * @param segment empty where it has none
         */
        void accept(double[] features, double label, String segment);
    }

    private ServedRows(PipelineSpec spec, String model, EventTimeRange range) {
        this.spec = spec;
        this.model = model;
        this.range = range;
    }

    /** The topics that are read. */
    public static List<String> topics(PipelineSpec spec) {
        LabelsSpec labels = spec.labels();
        return labels == null
                ? List.of(spec.output().scores())
                : List.of(spec.output().scores(), labels.stream().topic());
    }

    /**
     * Hands over each row, with its features in the model's order; one that warms is left out.
     *
     * @param model whose rows they are, where the pipeline has many models
     * @return how many rows were left out
     * @throws org.apache.kafka.common.KafkaException where Kafka does not answer
     */
    public static long forEach(
            PipelineSpec spec, String model, EventTimeRange range, EachRow each) {
        var rows = new ServedRows(spec, model, range);
        if (spec.labels() != null) {
            rows.learn(spec.labels());
        }
        rows.hand(each);
        return rows.warming;
    }

    private void learn(LabelsSpec known) {
        var source = SourceConfig.from(spec.pipeline(), spec.kafka(), known.stream(), "labels");
        var reader = new RecordReader(source);
        var contract = RowContract.of(IngestConfig.from(known, spec.features().order()));
        List<ColumnSpec> columns = known.stream().columns();
        var truth =
                new TruthReader(
                        RowType.of(
                                columns.stream().map(ColumnSpec::type).toArray(LogicalType[]::new),
                                columns.stream().map(ColumnSpec::name).toArray(String[]::new)),
                        known.value());
        TopicConsumer.readAll(
                source,
                List.of(source.topic()),
                record -> {
                    Received received = read(reader, record);
                    RowData row = received.row();
                    if (row == null || contract.broken(row, received.eventTimeMillis()) != null) {
                        return;
                    }
                    String id = contract.id(row);
                    Boolean isPositive = truth.read(row);
                    if (id != null && isPositive != null) {
                        var label =
                                new SeenLabel(
                                        received.eventTimeMillis(),
                                        isPositive,
                                        record.partition(),
                                        record.offset());
                        labels.merge(id, label, (old, now) -> now.isAfter(old) ? now : old);
                    }
                });
    }

    private void hand(EachRow each) {
        SourceConfig source = Scores.topic(spec);
        var reader = new RecordReader(source);
        boolean isOne = spec.model().naming().isOne();
        var wanted = StringData.fromString(model);
        var slots =
                new FeatureSlots(spec.features().vector().stream().map(FeatureSpec::name).toList());
        TopicConsumer.readAll(
                source,
                List.of(source.topic()),
                record -> {
                    Received received = read(reader, record);
                    RowData score = received.row();
                    if (score == null
                            || score.isNullAt(Scores.FEATURES)
                            || !(isOne || wanted.equals(score.getString(Scores.MODEL_NAME)))
                            || !range.holds(received.eventTimeMillis())) {
                        return;
                    }
                    if (!score.isNullAt(Scores.WARMING)) {
                        warming++;
                        return;
                    }
                    SeenLabel label = labels.get(score.getString(Scores.EVENT_ID).toString());
                    each.accept(
                            slots.values(score.getMap(Scores.FEATURES)),
                            label == null ? Double.NaN : label.isPositive() ? 1 : 0,
                            score.isNullAt(Scores.SEGMENT)
                                    ? ""
                                    : score.getString(Scores.SEGMENT).toString());
                });
    }

    private static Received read(RecordReader reader, ConsumerRecord<byte[], byte[]> record) {
        try {
            return reader.read(record);
        } catch (IOException e) {
            throw new UncheckedIOException("a record in memory is read", e);
        }
    }
}
