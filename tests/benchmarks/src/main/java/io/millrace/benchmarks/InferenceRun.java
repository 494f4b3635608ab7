package io.millrace.benchmarks;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.millrace.inference.InferenceConfig;
import io.millrace.inference.InferenceStage;
import io.millrace.jobs.pipeline.JobEnvironment;
import io.millrace.record.FeatureVector;
import io.millrace.record.ModelLog;
import io.millrace.record.Origin;
import io.millrace.registry.ModelRegistry;
import io.millrace.registry.ModelVersion;
import io.millrace.registry.RegistryAddress;
import io.millrace.spec.BatchSpec;
import io.millrace.spec.CheckpointSpec;
import io.millrace.spec.DecisionSpec;
import io.millrace.spec.ModelSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/** One run of the inference benchmark, alone in its JVM until it is killed. */
final class InferenceRun {
    /** The longest wait of a batch whose size is fixed. */
    static final Duration WAIT = Duration.ofMillis(2);

    /** What a batch may add where its size is tuned. */
    static final Duration OBJECTIVE = Duration.ofMillis(20);

    private static final long ENDLESS = Long.MAX_VALUE / 2;

    /** What a small task's caches do not hold, and a large one's do. */
    private static final int DIFFERENT_ROWS = 4096;

    private InferenceRun() {}

    /** {@code InferenceRun engine rows registry model cache counter}. */
    public static void main(String[] args) throws Exception {
        var engine = InferenceVariant.Engine.valueOf(args[0]);
        int rows = Integer.parseInt(args[1]);
        Path registry = Path.of(args[2]);
        ModelRegistry models = ModelRegistry.inDirectory(registry, Path.of(args[4]));
        ModelVersion version = models.require(args[3], "champion");
        switch (engine) {
            case RAW -> raw(models.fetch(version), version, rows, args[5]);
            case SOURCE, STAGE -> job(engine, rows, registry, version, args[5]);
        }
    }

    /** As fast as ONNX Runtime goes: the same rows again and again, where they lie. */
    private static void raw(Path file, ModelVersion version, int rows, String counter)
            throws OrtException {
        RowCount count = RowCount.in(Path.of(counter));
        int width = version.features().size();
        String output = version.output().name();
        var environment = OrtEnvironment.getEnvironment();
        try (var options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            try (var session = environment.createSession(file.toString(), options)) {
                int runs = Math.max(1, DIFFERENT_ROWS / rows);
                var inputs = new OnnxTensor[runs];
                for (int run = 0; run < runs; run++) {
                    FloatBuffer values = floats(rows * width);
                    for (int row = 0; row < rows; row++) {
                        for (double value : features(run * rows + row, width)) {
                            values.put((float) value);
                        }
                    }
                    inputs[run] =
                            OnnxTensor.createTensor(
                                    environment, values.flip(), new long[] {rows, width});
                }
                String input = version.inputs().get(0).name();
                while (true) {
                    for (OnnxTensor tensor : inputs) {
                        session.run(Map.of(input, tensor), Set.of(output)).close();
                        count.add(rows);
                    }
                }
            }
        }
    }

    private static FloatBuffer floats(int count) {
        return ByteBuffer.allocateDirect(count * OnnxJavaType.FLOAT.size)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    private static void job(
            InferenceVariant.Engine engine,
            int rows,
            Path registry,
            ModelVersion version,
            String counter)
            throws Exception {
        var checkpoint = new CheckpointSpec(Duration.ofSeconds(10), Duration.ofMinutes(1));
        var env = JobEnvironment.create("inference", checkpoint, 1);
        int width = version.features().size();
        DataStream<FeatureVector> vectors =
                env.fromSource(
                                new NumberSequenceSource(0, ENDLESS),
                                WatermarkStrategy.noWatermarks(),
                                "numbers")
                        .uid("numbers")
                        .process(new MakeVectors(width))
                        .returns(TypeInformation.of(FeatureVector.class))
                        .uid("vectors");
        if (engine == InferenceVariant.Engine.SOURCE) {
            vectors.process(new Count<>(counter)).uid("count");
        } else {
            new InferenceStage(config(rows, registry, version, null))
                    .attach(vectors)
                    .process(new Count<>(counter))
                    .uid("count");
        }
        env.execute("inference");
    }

    /**
     * The stage as benchmarks run it.
     *
     * @param announced where versions are announced
     */
    static InferenceConfig config(
            int rows, Path registry, ModelVersion version, @Nullable ModelLog announced) {
        var batch =
                rows == InferenceVariant.TUNED
                        ? BatchSpec.tuned(OBJECTIVE)
                        : BatchSpec.fixed(rows, WAIT);
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
                announced);
    }

    static double[] features(int row, int width) {
        var random = new SplittableRandom(row);
        var values = new double[width];
        for (int i = 0; i < width; i++) {
            values[i] = (float) (200 * random.nextDouble());
        }
        return values;
    }

    /** Makes of a number a vector that was made before the job began. */
    private static final class MakeVectors extends ProcessFunction<Long, FeatureVector> {
        private static final long serialVersionUID = 1L;

        private final int width;

        private transient FeatureVector[] vectors;

        @SuppressWarnings("NullAway.Init") // set in open()
        MakeVectors(int width) {
            this.width = width;
        }

        @Override
        public void open(OpenContext context) {
            vectors = new FeatureVector[DIFFERENT_ROWS];
            for (int row = 0; row < vectors.length; row++) {
                var origin = new Origin("events", 0, row, 0, null, new byte[0]);
                vectors[row] =
                        new FeatureVector(
                                origin,
                                Integer.toString(row),
                                row,
                                Integer.toString(row),
                                features(row, width));
            }
        }

        @Override
        public void processElement(Long number, Context context, Collector<FeatureVector> out) {
            out.collect(vectors[(int) (number % DIFFERENT_ROWS)]);
        }
    }

    /** The end of the job, where rows are counted. */
    private static final class Count<T> extends ProcessFunction<T, Void> {
        private static final long serialVersionUID = 1L;

        private final String file;

        private transient RowCount count;

        @SuppressWarnings("NullAway.Init") // set in open()
        Count(String file) {
            this.file = file;
        }

        @Override
        public void open(OpenContext context) {
            count = RowCount.in(Path.of(file));
        }

        @Override
        public void processElement(T row, Context context, Collector<Void> out) {
            count.increment();
        }
    }
}
