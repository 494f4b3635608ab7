package io.millrace.benchmarks;

import ai.onnxruntime.OrtException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
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
        env.fromSource(KafkaTexts.source(workload), WatermarkStrategy.noWatermarks(), "source")
                .uid("source")
                .map(new Score(modelFile, ScoringRows.FEATURES))
                .uid("score")
                .sinkTo(KafkaTexts.sink(workload))
                .uid("sink");
    }

    /** Parses, scores and writes one row at a time. */
    private static final class Score extends RichMapFunction<String, String> {
        private static final long serialVersionUID = 1L;

        private final String modelFile;
        private final String[] features;

        private transient ObjectMapper json;
        private transient @Nullable RowModel model;

        @SuppressWarnings("NullAway.Init") // set in open()
        Score(String modelFile, List<String> features) {
            this.modelFile = modelFile;
            this.features = features.toArray(String[]::new);
        }

        @Override
        public void open(OpenContext context) throws OrtException {
            json = new ObjectMapper();
            model = modelFile.isEmpty() ? null : new RowModel(modelFile);
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
            event.put("score", model == null ? 0 : model.score(vector)[0]);
            return json.writeValueAsString(event);
        }

        @Override
        public void close() throws OrtException {
            if (model != null) {
                model.close();
            }
        }
    }
}
