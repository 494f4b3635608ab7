package io.millrace.monitor;

import io.millrace.record.Alert;
import io.millrace.record.BufferTimeout;
import io.millrace.record.DriftReport;
import io.millrace.record.Findings;
import io.millrace.record.QualityFindings;
import io.millrace.record.RetrainRequest;
import io.millrace.record.Score;
import io.millrace.record.Traced;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/**
 * Taps on a pipeline's streams. Each passes its records on, and counts them by input partition;
 * what is scored is also compared, window by window, with the model version's reference profile.
 */
public final class MonitorStage {
    private static final String UID = "monitor-";
    private static final String MODELLED_UID = "monitor-modelled";
    private static final String PANES_UID = "monitor-panes";
    private static final String WINDOWS_UID = "monitor-windows";
    private static final String SIGNALS_UID = "monitor-score-signals";
    private static final String DETECTORS_UID = "monitor-score-detectors";
    private static final String FIRST_ROWS_UID = "monitor-first-rows";
    private static final String LEARN_UID = "monitor-learn";
    private static final String LEARNED_UID = "monitor-learned";
    private static final String CONFIRM_UID = "monitor-confirm";
    private static final String RETRAIN_UID = "monitor-retrain";

    public <T extends Traced> DataStream<T> account(DataStream<T> stream, Fate fate) {
        String uid = UID + fate.hyphenated();
        return stream.map(new AccountingFunction<T>(fate))
                .returns(stream.getType())
                .uid(uid)
                .name(uid);
    }

    /**
     * Scores of a known model. Of many models, the constant also answers in names that are
     * nobody's, and there may be as many of these as there are events.
     */
    public DataStream<Score> modelled(DataStream<Score> scores) {
        return scores.filter(score -> !score.modelDigest().isEmpty())
                .uid(MODELLED_UID)
                .name("monitor: of a known model");
    }

    /** Watches the scores of a pipeline. */
    public Findings attach(DataStream<Score> scores, MonitorConfig config) {
        return attach(scores, config, ProfileHost.of(config.registry()));
    }

    /**
     * Makes reference profiles of the first rows of versions that have none. What it learns comes
     * back through the registry, as if somebody had laid it there.
     */
    public void learn(DataStream<Score> scores, LearnConfig config) {
        learn(scores, config, ProfileHost.of(config.registry()));
    }

    void learn(DataStream<Score> scores, LearnConfig config, ProfileSource profiles) {
        scores.flatMap(
                        new FirstRowFunction(
                                new KnownProfiles(profiles, List.of(), config.slideMillis())))
                .returns(FirstRow.class)
                .setBufferTimeout(BufferTimeout.RELAXED_MILLIS)
                .uid(FIRST_ROWS_UID)
                .name("monitor: first rows")
                .keyBy(FirstRow::key, Types.STRING)
                .process(new LearnFunction(config, profiles))
                .returns(FirstRow.class)
                .uid(LEARN_UID)
                .name("monitor: learn")
                .sinkTo(new DiscardingSink<>())
                .uid(LEARNED_UID)
                .name("monitor: learned");
    }

    /** Lets labels confirm what has drifted. */
    public QualityFindings confirm(Findings findings, QualityFindings quality, long keepMillis) {
        DataStream<Alert> told = quality.alerts();
        if (told == null) {
            return quality;
        }
        return new QualityFindings(
                quality.reports(),
                findings.alerts()
                        .connect(told)
                        .keyBy(ConfirmFunction::keyOf, ConfirmFunction::keyOf, Types.STRING)
                        .process(new ConfirmFunction(keepMillis))
                        .returns(Alert.class)
                        .setBufferTimeout(BufferTimeout.RELAXED_MILLIS)
                        .uid(CONFIRM_UID)
                        .name("monitor: confirm"));
    }

    /** Lets incidents, whatever has noticed them, ask for a new model. */
    public Findings ask(Findings findings, QualityFindings quality, RetrainConfig config) {
        DataStream<RetrainRequest> requests =
                findings.alertsWith(quality)
                        .keyBy(RetrainFunction::keyOf, Types.STRING)
                        .process(new RetrainFunction(config))
                        .returns(RetrainRequest.class)
                        .uid(RETRAIN_UID)
                        .name("monitor: retrain");
        return new Findings(findings.drift(), findings.alerts(), requests);
    }

    Findings attach(DataStream<Score> scores, MonitorConfig config, ProfileSource profiles) {
        SingleOutputStreamOperator<DriftReport> drift =
                scores.transform(
                                "monitor: panes",
                                TypeInformation.of(Pane.class),
                                new PaneOperator(config, profiles))
                        .setBufferTimeout(BufferTimeout.RELAXED_MILLIS)
                        .uid(PANES_UID)
                        .name("monitor: panes")
                        .keyBy(WindowFunction::keyOf, Types.STRING)
                        .process(new WindowFunction(config, profiles))
                        .returns(DriftReport.class)
                        .setBufferTimeout(BufferTimeout.RELAXED_MILLIS)
                        .uid(WINDOWS_UID)
                        .name("monitor: windows");
        DataStream<Alert> incidents = drift.getSideOutput(WindowFunction.ALERTS);
        return new Findings(
                drift,
                config.scoreDetectors().isEmpty()
                        ? incidents
                        : incidents.union(changes(scores, config, profiles)));
    }

    private static DataStream<Alert> changes(
            DataStream<Score> scores, MonitorConfig config, ProfileSource profiles) {
        return scores.flatMap(
                        new ScoreSignalFunction(
                                new KnownProfiles(
                                        profiles, config.watched(), config.windowMillis())))
                .returns(Signal.class)
                .setBufferTimeout(BufferTimeout.RELAXED_MILLIS)
                .uid(SIGNALS_UID)
                .name("monitor: score signals")
                .keyBy(Signal::key, Types.STRING)
                .process(
                        new DetectorFunction(
                                config.retentionMillis(),
                                config.scoreDetectors(),
                                SignalDetectors.USUAL_DELTA))
                .returns(Alert.class)
                .setBufferTimeout(BufferTimeout.RELAXED_MILLIS)
                .uid(DETECTORS_UID)
                .name("monitor: score detectors");
    }
}
