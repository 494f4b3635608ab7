package io.millrace.benchmarks;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.serialization.SimpleStringSchema;
import org.apache.flink.api.java.typeutils.GenericTypeInfo;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
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
        KafkaSource<String> source =
                KafkaSource.<String>builder()
                        .setBootstrapServers(workload.bootstrapServers())
                        .setTopics(workload.input())
                        .setGroupId(workload.output())
                        .setStartingOffsets(OffsetsInitializer.earliest())
                        .setValueOnlyDeserializer(new SimpleStringSchema())
                        .build();
        KafkaSink<String> sink =
                KafkaSink.<String>builder()
                        .setBootstrapServers(workload.bootstrapServers())
                        .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
                        .setRecordSerializer(
                                KafkaRecordSerializationSchema.<String>builder()
                                        .setTopic(workload.output())
                                        .setValueSerializationSchema(new SimpleStringSchema())
                                        .build())
                        .build();
        var kryo = new GenericTypeInfo<>(Batch.class);
        env.fromSource(source, WatermarkStrategy.noWatermarks(), "source")
                .uid("source")
                .map(text -> new ObjectMapper().readValue(text, Batch.class))
                .returns(kryo)
                .uid("input")
                .map(new Score(modelFile))
                .returns(kryo)
                .uid("scoring")
                .map(batch -> new ObjectMapper().writeValueAsString(batch))
                .uid("output")
                .sinkTo(sink)
                .uid("sink");
    }

    /** Runs the model over one row. */
    private static final class Score extends RichMapFunction<Batch, Batch> {
        private static final long serialVersionUID = 1L;

        private final String modelFile;

        private transient OrtEnvironment environment;
        private transient OrtSession session;

        @SuppressWarnings("NullAway.Init") // set in open()
        Score(String modelFile) {
            this.modelFile = modelFile;
        }

        @Override
        public void open(OpenContext context) throws OrtException {
            environment = OrtEnvironment.getEnvironment();
            try (var options = new OrtSession.SessionOptions()) {
                // As many threads as cores would compete with the job for them.
                options.setIntraOpNumThreads(1);
                session = environment.createSession(modelFile, options);
            }
        }

        @Override
        public Batch map(Batch batch) throws IOException, OrtException {
            float[][] row = new float[1][batch.getData().size()];
            for (int i = 0; i < row[0].length; i++) {
                row[0][i] = batch.getData().get(i);
            }
            try (var input = OnnxTensor.createTensor(environment, row);
                    var result = session.run(Map.of("features", input))) {
                if (!(result.get(0).getValue() instanceof float[][] scores)) {
                    throw new IOException(modelFile + " gives no matrix");
                }
                List<Float> predictions = new ArrayList<>();
                for (float score : scores[0]) {
                    predictions.add(score);
                }
                batch.setPredictions(predictions);
            }
            return batch;
        }

        @Override
        public void close() throws OrtException {
            session.close();
        }
    }
}
