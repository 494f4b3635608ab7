package io.millrace.benchmarks;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.millrace.inference.InferenceConfig;
import io.millrace.inference.InferenceStage;
import io.millrace.jobs.pipeline.JobEnvironment;
import io.millrace.record.FeatureVector;
import io.millrace.record.Origin;
import io.millrace.record.Score;
import io.millrace.registry.ModelRegistry;
import io.millrace.registry.ModelVersion;
import io.millrace.registry.RegistryAddress;
import io.millrace.spec.BatchSpec;
import io.millrace.spec.CheckpointSpec;
import io.millrace.spec.DecisionSpec;
import io.millrace.spec.ModelSpec;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/** One run of the latency benchmark, alone in its JVM until its last row has come out. */
final class LatencyRun {
    private static final int DIFFERENT_ROWS = 4096;

    /** Whatever becomes of a row ends here, in the only sink. */
    private static final CompletableFuture<LatencyLog> ANSWERS = new CompletableFuture<>();

    private LatencyRun() {}

    /** Who answers. */
    enum Engine {
        /** Nobody: a row comes out as it went in. */
        NONE,
        /** A run of ONNX Runtime for each row. */
        ROW,
        /** The inference stage. */
        STAGE
    }

    /** {@code LatencyRun engine rows pace warmUp registry model cache result}. */
    public static void main(String[] args) throws Exception {
        var engine = Engine.valueOf(args[0]);
        int rows = Integer.parseInt(args[1]);
        Pace pace = Pace.parse(args[2]);
        double warmUpSeconds = Double.parseDouble(args[3]);
        Path registry = Path.of(args[4]);
        ModelRegistry models = ModelRegistry.inDirectory(registry, Path.of(args[6]));
        ModelVersion version = models.require(args[5], "champion");

        var checkpoint = new CheckpointSpec(Duration.ofSeconds(10), Duration.ofMinutes(1));
        var env = JobEnvironment.create("latency", checkpoint, 1);
        DataStream<FeatureVector> vectors =
                env.fromSource(new PacedSource(pace), WatermarkStrategy.noWatermarks(), "rows")
                        .uid("rows")
                        .process(new MakeVectors(pace, version.features().size()))
                        .returns(TypeInformation.of(FeatureVector.class))
                        .uid("vectors");
        var sink = new Answered(pace, warmUpSeconds);
        switch (engine) {
            case NONE -> vectors.map(LatencyRun::unscored).uid("none").process(sink).uid("sink");
            case ROW ->
                    vectors.process(new ScoreRow(models.fetch(version).toString()))
                            .returns(TypeInformation.of(Score.class))
                            .uid("row")
                            .process(sink)
                            .uid("sink");
            case STAGE ->
                    new InferenceStage(config(rows, registry, version))
                            .attach(vectors)
                            .process(sink)
                            .uid("sink");
        }
        env.execute("latency");
        ANSWERS.get().write(Path.of(args[7]));
    }

    private static InferenceConfig config(int rows, Path registry, ModelVersion version) {
        var batch =
                rows == InferenceVariant.TUNED
                        ? BatchSpec.tuned(LatencyBenchmark.OBJECTIVE)
                        : BatchSpec.fixed(rows, LatencyBenchmark.WAIT);
        return InferenceConfig.from(
                new ModelSpec(
                        version.name(),
                        "champion",
                        RegistryAddress.directory(registry),
                        batch,
                        ModelSpec.Run.AUTO,
                        Duration.ofSeconds(10)),
                new DecisionSpec(0.5, "review", "approve"),
                List.of(version),
                null);
    }

    private static Score unscored(FeatureVector vector) {
        return score(vector, 0);
    }

    private static Score score(FeatureVector vector, double value) {
        return new Score(
                vector.origin(),
                vector.eventId(),
                vector.eventTimeMillis(),
                vector.entity(),
                "",
                "",
                "",
                "",
                Score.Route.CHAMPION,
                value,
                List.of(),
                "",
                vector.values(),
                vector.warming(),
                0);
    }

    /** Makes of a row's number its vector, whose values were made before. */
    private static final class MakeVectors extends ProcessFunction<Long, FeatureVector> {
        private static final long serialVersionUID = 1L;

        private final Pace pace;
        private final int width;

        private transient double[][] values;

        @SuppressWarnings("NullAway.Init") // set in open()
        MakeVectors(Pace pace, int width) {
            this.pace = pace;
            this.width = width;
        }

        @Override
        public void open(OpenContext context) {
            values = new double[DIFFERENT_ROWS][];
            for (int row = 0; row < values.length; row++) {
                values[row] = InferenceRun.features(row, width);
            }
        }

        @Override
        public void processElement(Long row, Context context, Collector<FeatureVector> out) {
            long dueMillis = LatencyLog.dueMillis(pace, row);
            String id = Long.toString(row);
            out.collect(
                    new FeatureVector(
                            new Origin("events", 0, row, dueMillis, null, new byte[0]),
                            id,
                            dueMillis,
                            id,
                            values[(int) (row % DIFFERENT_ROWS)]));
        }
    }

    /** What a user writes first. */
    private static final class ScoreRow extends ProcessFunction<FeatureVector, Score> {
        private static final long serialVersionUID = 1L;

        private final String file;

        private transient OrtEnvironment environment;
        private transient OrtSession session;

        @SuppressWarnings("NullAway.Init") // set in open()
        ScoreRow(String file) {
            this.file = file;
        }

        @Override
        public void open(OpenContext context) throws OrtException {
            environment = OrtEnvironment.getEnvironment();
            try (var options = new OrtSession.SessionOptions()) {
                options.setIntraOpNumThreads(1);
                session = environment.createSession(file, options);
            }
        }

        @Override
        public void processElement(FeatureVector vector, Context context, Collector<Score> out)
                throws OrtException {
            float[] row = new float[vector.values().length];
            for (int i = 0; i < row.length; i++) {
                row[i] = (float) vector.values()[i];
            }
            long[] shape = {1, row.length};
            try (var input = OnnxTensor.createTensor(environment, FloatBuffer.wrap(row), shape);
                    var result = session.run(Map.of("features", input))) {
                float[][] scores = (float[][]) Objects.requireNonNull(result.get(0).getValue());
                out.collect(score(vector, scores[0][0]));
            }
        }

        @Override
        public void close() throws OrtException {
            session.close();
        }
    }

    /** The end of the job. */
    private static final class Answered extends ProcessFunction<Score, Void> {
        private static final long serialVersionUID = 1L;

        private final Pace pace;
        private final double warmUpSeconds;

        private transient LatencyLog answers;

        @SuppressWarnings("NullAway.Init") // set in open()
        Answered(Pace pace, double warmUpSeconds) {
            this.pace = pace;
            this.warmUpSeconds = warmUpSeconds;
        }

        @Override
        public void open(OpenContext context) {
            answers = new LatencyLog(pace, warmUpSeconds);
        }

        @Override
        public void processElement(Score score, Context context, Collector<Void> out) {
            answers.answered(score.origin().offset());
        }

        @Override
        public void close() {
            ANSWERS.complete(answers);
        }
    }
}
