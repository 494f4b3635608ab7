package io.millrace.jobs.pipeline;

import io.millrace.features.FeatureConfig;
import io.millrace.features.FeatureStage;
import io.millrace.features.Featured;
import io.millrace.inference.InferenceConfig;
import io.millrace.inference.InferenceStage;
import io.millrace.ingest.IngestConfig;
import io.millrace.ingest.IngestStage;
import io.millrace.ingest.Ingested;
import io.millrace.monitor.Fate;
import io.millrace.monitor.LearnConfig;
import io.millrace.monitor.MonitorConfig;
import io.millrace.monitor.MonitorStage;
import io.millrace.monitor.QualityConfig;
import io.millrace.monitor.QualityStage;
import io.millrace.monitor.RetrainConfig;
import io.millrace.record.DeadLetter;
import io.millrace.record.Duplicate;
import io.millrace.record.Event;
import io.millrace.record.Findings;
import io.millrace.record.QualityFindings;
import io.millrace.record.Received;
import io.millrace.record.Score;
import io.millrace.record.Shadow;
import io.millrace.registry.ModelVersion;
import io.millrace.sink.ModelTopic;
import io.millrace.sink.SinkConfig;
import io.millrace.sink.SinkStage;
import io.millrace.source.SourceConfig;
import io.millrace.source.SourceStage;
import io.millrace.spec.LabelsSpec;
import io.millrace.spec.MonitorSpec;
import io.millrace.spec.PipelineSpec;
import io.millrace.spec.RetrainSpec;
import java.util.List;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;

/**
 * The whole pipeline in one job.
 *
 * <pre>
 * source ──▶ ingest ──▶ features ──▶ inference ──▶ sink
 *              │            │             │          ▲
 *              └────────────┴─ refusals ──┴──────────┘
 * </pre>
 *
 * <p>What flows into the first stage and into the last is counted by the monitor, which also
 * compares the scores with the model's reference profile, and with labels, where the pipeline says
 * so.
 */
public final class PipelineJob {
    private final PipelineSpec spec;
    private final MonitorStage monitor = new MonitorStage();
    private final FeatureStage features;
    private final InferenceStage inference;
    private final SinkStage sink;

    /**
     * The job of a pipeline at its first start.
     *
     * @param model the version that answers as long as nothing was announced
     */
    public PipelineJob(PipelineSpec spec, ModelVersion model) {
        this(spec, List.of(model));
    }

    /**
     * The job of a pipeline at its first start.
     *
     * @param models the versions that answer as long as nothing was announced: one, unless the
     *     pipeline's name of a model is of many
     */
    public PipelineJob(PipelineSpec spec, List<ModelVersion> models) {
        this(spec, models, features(spec));
    }

    private PipelineJob(PipelineSpec spec, List<ModelVersion> models, FeatureConfig features) {
        this.spec = spec;
        this.features = new FeatureStage(features);
        this.inference =
                new InferenceStage(
                        InferenceConfig.from(
                                spec.model(), spec.decision(), models, ModelTopic.of(spec)));
        this.sink = new SinkStage(SinkConfig.from(spec));
    }

    /** The same where it goes on from a savepoint, which knows how far back its history goes. */
    public static PipelineJob goingOn(PipelineSpec spec, ModelVersion model) {
        return goingOn(spec, List.of(model));
    }

    /** The same of many models. */
    public static PipelineJob goingOn(PipelineSpec spec, List<ModelVersion> models) {
        return new PipelineJob(spec, models, features(spec).goingOn());
    }

    private static FeatureConfig features(PipelineSpec spec) {
        return FeatureConfig.from(spec.features(), spec.entities(), spec.events(), spec.labels())
                .segmentedBy(spec.segment())
                .scoredBy(spec.model().naming());
    }

    /** Connects the stages. */
    public void attach(StreamExecutionEnvironment environment) {
        Ingested events = events(environment);
        Ingested labels = labels(environment);
        Featured featured =
                features.attach(events.events(), labels == null ? null : labels.events());
        SingleOutputStreamOperator<Score> scores = inference.attach(featured.vectors());

        DataStream<DeadLetter> deadLetters =
                events.deadLetters()
                        .union(featured.deadLetters(), scores.getSideOutput(DeadLetter.TAG));
        if (labels != null) {
            deadLetters = deadLetters.union(labels.deadLetters());
        }
        write(
                scores,
                deadLetters,
                events.duplicates(),
                scores.getSideOutput(Shadow.TAG),
                labels == null ? null : labels.events());
    }

    private void write(
            DataStream<Score> scores,
            DataStream<DeadLetter> deadLetters,
            DataStream<Duplicate> duplicates,
            DataStream<Shadow> shadows,
            @Nullable DataStream<Event> labels) {
        DataStream<Score> scored = monitor.account(scores, Fate.SCORED);
        DataStream<DeadLetter> refused = monitor.account(deadLetters, Fate.DEAD_LETTERED);
        DataStream<Duplicate> doubled = monitor.account(duplicates, Fate.DUPLICATE);
        MonitorSpec watched = spec.monitor();
        if (watched == null) {
            sink.attach(scored, refused, doubled, shadows);
        } else {
            DataStream<Score> modelled =
                    spec.model().naming().isOne() ? scored : monitor.modelled(scored);
            Findings findings = monitor.attach(modelled, MonitorConfig.from(spec, watched));
            if (watched.learnRows() > 0) {
                monitor.learn(modelled, LearnConfig.from(spec, watched));
            }
            QualityConfig config = QualityConfig.from(spec, watched);
            QualityFindings quality =
                    monitor.confirm(
                            findings,
                            new QualityStage(config).attach(modelled, shadows, labels),
                            config.tellingMillis());
            RetrainSpec retrain = watched.retrain();
            Findings asking =
                    retrain == null
                            ? findings
                            : monitor.ask(
                                    findings, quality, RetrainConfig.from(spec, watched, retrain));
            sink.attach(scored, refused, doubled, shadows, asking, quality);
        }
    }

    /** The job as a cluster takes it. */
    public JobGraph graph(int parallelism) {
        StreamExecutionEnvironment environment =
                JobEnvironment.create(spec.pipeline(), spec.checkpoint(), parallelism);
        attach(environment);
        return environment.getStreamGraph().getJobGraph();
    }

    private Ingested events(StreamExecutionEnvironment environment) {
        var source =
                new SourceStage(
                        SourceConfig.from(
                                spec.pipeline(), spec.kafka(), spec.events().stream(), "events"));
        DataStream<Received> received = monitor.account(source.attach(environment), Fate.RECEIVED);
        return new IngestStage(IngestConfig.from(spec.events(), spec.features().order()))
                .attach(received);
    }

    /** Null where neither a feature nor the monitor asks for labels. */
    private @Nullable Ingested labels(StreamExecutionEnvironment environment) {
        LabelsSpec labels = spec.labels();
        if (labels == null || !(features.readsLabels() || spec.monitor() != null)) {
            return null;
        }
        var source =
                new SourceStage(
                        SourceConfig.from(
                                spec.pipeline(), spec.kafka(), labels.stream(), "labels"));
        return new IngestStage(IngestConfig.from(labels, spec.features().order()))
                .attach(source.attach(environment));
    }
}
