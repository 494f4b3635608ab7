package io.millrace.benchmarks;

import ai.onnxruntime.OrtException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.java.typeutils.GenericTypeInfo;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * A job as Crayfish's paper describes its adapter of Flink with ONNX Runtime inside (Horchidan et
 * al., EDBT 2024): JSON is read and written with an {@code ObjectMapper} of each record's own,
 * numbers are boxed in lists, what flows between operators is Kryo's business, a run has one row,
 * and the whole input is written back beside the prediction.
 */
final class CrayfishJob {

    private CrayfishJob() {}

    /** One data point, and what the model says of it. */
    @SuppressWarnings("NullAway.Init") // Jackson fills it in.
    static final class Batch {
        private long id;
        private long timestamp;
        private List<Float> data;
        private List<Float> predictions = new ArrayList<>();

        public long getId() {
            return id;
        }

        public void setId(long id) {
            this.id = id;
        }

        public long getTimestamp() {
            return timestamp;
        }

        public void setTimestamp(long timestamp) {
            this.timestamp = timestamp;
        }

        public List<Float> getData() {
            return data;
        }

        public void setData(List<Float> data) {
            this.data = data;
        }

        public List<Float> getPredictions() {
            return predictions;
        }

        public void setPredictions(List<Float> predictions) {
            this.predictions = predictions;
        }
    }

    static void define(StreamExecutionEnvironment env, ScoringWorkload workload, String modelFile) {
        var kryo = new GenericTypeInfo<>(Batch.class);
        env.fromSource(KafkaTexts.source(workload), WatermarkStrategy.noWatermarks(), "source")
                .uid("source")
                .map(text -> new ObjectMapper().readValue(text, Batch.class))
                .returns(kryo)
                .uid("input")
                .map(new Score(modelFile))
                .returns(kryo)
                .uid("scoring")
                .map(batch -> new ObjectMapper().writeValueAsString(batch))
                .uid("output")
                .sinkTo(KafkaTexts.sink(workload))
                .uid("sink");
    }

    /** Runs the model over one row. */
    private static final class Score extends RichMapFunction<Batch, Batch> {
        private static final long serialVersionUID = 1L;

        private final String modelFile;

        private transient RowModel model;

        @SuppressWarnings("NullAway.Init") // set in open()
        Score(String modelFile) {
            this.modelFile = modelFile;
        }

        @Override
        public void open(OpenContext context) throws OrtException {
            model = new RowModel(modelFile);
        }

        @Override
        public Batch map(Batch batch) throws OrtException {
            float[] row = new float[batch.getData().size()];
            for (int i = 0; i < row.length; i++) {
                row[i] = batch.getData().get(i);
            }
            List<Float> predictions = new ArrayList<>();
            for (float score : model.score(row)) {
                predictions.add(score);
            }
            batch.setPredictions(predictions);
            return batch;
        }

        @Override
        public void close() throws OrtException {
            model.close();
        }
    }
}
