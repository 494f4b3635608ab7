package io.millrace.benchmarks;

import io.millrace.features.FeatureConfig;
import io.millrace.features.FeatureStage;
import io.millrace.jobs.pipeline.JobEnvironment;
import io.millrace.spec.PipelineSpec;
import java.nio.file.Path;
import java.util.Objects;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.state.rocksdb.RocksDBOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/** One job of the feature benchmark, alone in its JVM until it is killed. */
final class FeaturesRun {
    private static final long ENDLESS = Long.MAX_VALUE / 2;

    /** What each of the two slots of a TaskManager of flink-conf/config.yaml has. */
    private static final MemorySize MANAGED_MEMORY = MemorySize.ofMebiBytes(512);

    private FeaturesRun() {}

    /** {@code FeaturesRun variant customers counter checkpoints}. */
    public static void main(String[] args) throws Exception {
        var variant = FeaturesVariant.valueOf(args[0]);
        var env = environment(variant, Path.of(args[3]));
        count(features(env, variant, Integer.parseInt(args[1]), ENDLESS), args[2]);
        env.execute(variant.title());
    }

    private static <T> void count(DataStream<T> rows, String file) {
        rows.process(new Count<>(file)).uid("count");
    }

    static StreamExecutionEnvironment environment(FeaturesVariant variant, Path checkpoints) {
        PipelineSpec pipeline = FeaturesViews.pipeline(variant.view());
        var env = JobEnvironment.create(pipeline.pipeline(), pipeline.checkpoint(), 1);
        var settings = new Configuration();
        switch (variant.backend()) {
            case HEAP -> settings.set(StateBackendOptions.STATE_BACKEND, "hashmap");
            case ROCKSDB -> settings.set(StateBackendOptions.STATE_BACKEND, "rocksdb");
            case ROCKSDB_HEAP_TIMERS -> {
                settings.set(StateBackendOptions.STATE_BACKEND, "rocksdb");
                settings.set(
                        RocksDBOptions.TIMER_SERVICE_FACTORY,
                        EmbeddedRocksDBStateBackend.PriorityQueueStateType.HEAP);
            }
        }
        settings.set(CheckpointingOptions.INCREMENTAL_CHECKPOINTS, true);
        settings.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints.toUri().toString());
        settings.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MANAGED_MEMORY);
        env.configure(settings);
        return env;
    }

    /**
     * What a variant makes of its rows: a vector, a row of SQL, or the bare transaction.
     *
     * @param transactions how many there are
     */
    static DataStream<?> features(
            StreamExecutionEnvironment env,
            FeaturesVariant variant,
            int customers,
            long transactions) {
        PipelineSpec pipeline = FeaturesViews.pipeline(variant.view());
        var rows = variant.traffic(customers).attach(env, pipeline, transactions);
        return switch (variant.engine()) {
            case NONE -> {
                rows.labels().process(new Discard<>()).uid("labels");
                yield rows.transactions();
            }
            case MILLRACE ->
                    new FeatureStage(
                                    FeatureConfig.from(
                                            pipeline.features(),
                                            pipeline.entities(),
                                            pipeline.events(),
                                            pipeline.labels()))
                            .attach(rows.transactions(), rows.labels())
                            .vectors();
            case SQL ->
                    OverWindows.attach(
                            env,
                            rows,
                            Traffic.rowType(pipeline.events().stream()),
                            Traffic.rowType(Objects.requireNonNull(pipeline.labels()).stream()));
        };
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

    /** Where nobody looks at labels. */
    private static final class Discard<T> extends ProcessFunction<T, Void> {
        private static final long serialVersionUID = 1L;

        @Override
        public void processElement(T row, Context context, Collector<Void> out) {
            // The end.
        }
    }
}
