package io.millrace.benchmarks;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.serialization.SimpleStringSchema;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;

/**
 * The job that a user writes first: a JSON string into a map, the map into a {@code float[]}, one
 * row per run of ONNX Runtime, the map with its score back into a JSON string. No micro-batch, no
 * object reuse, the defaults of every library.
 */
final class NaiveScoringJob {

    private NaiveScoringJob() {}

    /**
     * @param modelFile the model; empty for a job that only parses and writes
     */
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
        env.fromSource(source, WatermarkStrategy.noWatermarks(), "source")
                .uid("source")
                .map(new Score(modelFile, ScoringRows.FEATURES))
                .uid("score")
                .sinkTo(sink)
                .uid("sink");
    }

    /** Parses, scores and writes one row at a time. */
    private static final class Score extends RichMapFunction<String, String> {
        private static final long serialVersionUID = 1L;

        private final String modelFile;
        private final String[] features;

        private transient ObjectMapper json;
        private transient OrtEnvironment environment;
        private transient @Nullable OrtSession session;

        @SuppressWarnings("NullAway.Init") // set in open()
        Score(String modelFile, List<String> features) {
            this.modelFile = modelFile;
            this.features = features.toArray(String[]::new);
        }

        @Override
        public void open(OpenContext context) throws OrtException {
            json = new ObjectMapper();
            environment = OrtEnvironment.getEnvironment();
            if (!modelFile.isEmpty()) {
                try (var options = new OrtSession.SessionOptions()) {
                    // As many threads as cores would compete with the job for them.
                    options.setIntraOpNumThreads(1);
                    session = environment.createSession(modelFile, options);
                }
            }
        }

        @Override
        public String map(String text) throws IOException, OrtException {
            Map<String, Object> event =
                    json.readValue(text, new TypeReference<LinkedHashMap<String, Object>>() {});
            float[] vector = new float[features.length];
            for (int i = 0; i < features.length; i++) {
                if (!(event.get(features[i]) instanceof Number number)) {
                    throw new IOException(features[i] + " is no number");
                }
                vector[i] = number.floatValue();
            }
            event.put("score", session == null ? 0 : score(session, vector));
            return json.writeValueAsString(event);
        }

        private float score(OrtSession session, float[] vector) throws OrtException {
            long[] shape = {1, vector.length};
            try (var input = OnnxTensor.createTensor(environment, FloatBuffer.wrap(vector), shape);
                    var result = session.run(Map.of("features", input))) {
                return ((float[][]) result.get(0).getValue())[0][0];
            }
        }

        @Override
        public void close() throws OrtException {
            if (session != null) {
                session.close();
            }
        }
    }
}
