package io.millrace.monitor;

import io.millrace.record.Alert;
import io.millrace.record.BufferTimeout;
import io.millrace.record.Event;
import io.millrace.record.QualityFindings;
import io.millrace.record.QualityReport;
import io.millrace.record.Score;
import io.millrace.record.Shadow;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Scores and labels in, quality reports out.
 *
 * <p>Labels join their scores by event id; each subtask counts what it has joined, and only the
 * counts are keyed by window, model version, route and segment, so that a hot segment is no
 * bottleneck. Without labels, reports say what the reference's calibration makes of the scores
 * alone.
 */
public final class QualityStage {

    /** The uid of the operator in which labels join scores. */
    public static final String LABELS_UID = "monitor-labels";

    private static final String SHADOWS_UID = "monitor-shadows";
    private static final String EVENT_SCORES_UID = "monitor-event-scores";
    private static final String OF_SHADOWS = "-of-shadows";
    private static final String EVENT_LABELS_UID = "monitor-event-labels";
    private static final String COUNTS_UID = "monitor-quality-counts";
    private static final String WINDOWS_UID = "monitor-quality-windows";
    private static final String SEGMENTS_UID = "monitor-quality-segments";
    private static final String GAP_UID = "monitor-quality-gap";
    private static final String DECISIONS_UID = "monitor-decisions";
    private static final String DETECTORS_UID = "monitor-detectors";

    private final QualityConfig config;

    public QualityStage(QualityConfig config) {
        this.config = config;
    }

    /**
     * Watches the scores of a pipeline, and those of a challenger beside them.
     *
     * @param labels null where it has none
     */
    public QualityFindings attach(
            DataStream<Score> scores,
            DataStream<Shadow> shadows,
            @Nullable DataStream<Event> labels) {
        DataStream<Score> ofShadows =
                shadows.map(Shadow::score).returns(Score.class).uid(SHADOWS_UID).name(SHADOWS_UID);
        return attach(scores, ofShadows, labels, ProfileHost.of(config.registry()));
    }

    QualityFindings attach(
            DataStream<Score> scores,
            DataStream<Score> shadows,
            @Nullable DataStream<Event> labels,
            ProfileSource profiles) {
        var calibrations = new KnownProfiles(profiles, List.of(), config.plan().windowMillis());
        // Each in the chain that it comes from: a union is sent, and a score is large.
        if (labels == null) {
            return new QualityFindings(
                    reports(
                            unlabelled(scores, calibrations, "")
                                    .union(unlabelled(shadows, calibrations, OF_SHADOWS))),
                    null);
        }
        DataStream<EventScore> said = eventScores(scores, calibrations, "");
        DataStream<EventScore> ofShadows = eventScores(shadows, calibrations, OF_SHADOWS);
        SingleOutputStreamOperator<Outcome> outcomes =
                said.union(ofShadows)
                        .keyBy(EventScore::eventId, Types.STRING)
                        .connect(seen(labels).keyBy(EventLabel::eventId, Types.STRING))
                        .process(new LabelJoinFunction(config.plan().horizonMillis()))
                        .returns(Outcome.class)
                        .setBufferTimeout(BufferTimeout.RELAXED_MILLIS)
                        .uid(LABELS_UID)
                        .name("monitor: labels");
        var reports = reports(counted(outcomes, new OutcomePartialOperator(config.plan()), ""));
        return new QualityFindings(reports, alerts(outcomes, reports));
    }

    private DataStream<EventScore> eventScores(
            DataStream<Score> scores, ScoreCalibrations calibrations, String of) {
        return scores.map(new EventScoreFunction(config.positiveDecision(), calibrations))
                .returns(EventScore.class)
                .setBufferTimeout(BufferTimeout.RELAXED_MILLIS)
                .uid(EVENT_SCORES_UID + of)
                .name("monitor: event scores");
    }

    private DataStream<QualityPartial> unlabelled(
            DataStream<Score> scores, ScoreCalibrations calibrations, String of) {
        return counted(
                scores,
                new ScorePartialOperator(config.plan(), config.positiveDecision(), calibrations),
                of);
    }

    private DataStream<EventLabel> seen(DataStream<Event> labels) {
        var columns =
                new RowType(
                        config.labelColumns().stream()
                                .map(column -> new RowType.RowField(column.name(), column.type()))
                                .toList());
        return labels.flatMap(new EventLabelFunction(new TruthReader(columns, config.labelValue())))
                .returns(EventLabel.class)
                .setBufferTimeout(BufferTimeout.RELAXED_MILLIS)
                .uid(EVENT_LABELS_UID)
                .name("monitor: event labels");
    }

    private static <T> DataStream<QualityPartial> counted(
            DataStream<T> rows, QualityPartialOperator<T> counting, String of) {
        return rows.transform(
                        "monitor: quality counts",
                        TypeInformation.of(QualityPartial.class),
                        counting)
                .setBufferTimeout(BufferTimeout.RELAXED_MILLIS)
                .uid(COUNTS_UID + of)
                .name("monitor: quality counts");
    }

    private DataStream<QualityReport> reports(DataStream<QualityPartial> counted) {
        var plan = config.plan();
        return counted.keyBy(partial -> partial.key().text(), Types.STRING)
                .process(new QualityFunction(plan))
                .returns(QualityReport.class)
                .setBufferTimeout(BufferTimeout.RELAXED_MILLIS)
                .uid(WINDOWS_UID)
                .name("monitor: quality windows")
                .keyBy(report -> QualityKey.ofAllRows(report).text(), Types.STRING)
                .process(new FairnessFunction(plan.minRows(), config.isOfMany()))
                .returns(QualityReport.class)
                .setBufferTimeout(BufferTimeout.RELAXED_MILLIS)
                .uid(SEGMENTS_UID)
                .name("monitor: quality segments");
    }

    private DataStream<Alert> alerts(
            SingleOutputStreamOperator<Outcome> outcomes, DataStream<QualityReport> reports) {
        DataStream<Alert> gaps =
                reports.keyBy(GapFunction::keyOf, Types.STRING)
                        .process(new GapFunction(config.plan()))
                        .returns(Alert.class)
                        .setBufferTimeout(BufferTimeout.RELAXED_MILLIS)
                        .uid(GAP_UID)
                        .name("monitor: quality gap");
        return config.detectors().isEmpty() ? gaps : gaps.union(changes(outcomes));
    }

    private DataStream<Alert> changes(SingleOutputStreamOperator<Outcome> outcomes) {
        return outcomes.getSideOutput(LabelJoinFunction.SETTLED)
                .flatMap(
                        (Outcome outcome, Collector<Signal> out) -> {
                            if (outcome.truth() != Outcome.Truth.UNKNOWN) {
                                out.collect(Signal.ofDecision(outcome));
                            }
                        })
                .returns(Signal.class)
                .setBufferTimeout(BufferTimeout.RELAXED_MILLIS)
                .uid(DECISIONS_UID)
                .name("monitor: decisions")
                .keyBy(Signal::key, Types.STRING)
                .process(
                        new DetectorFunction(
                                config.plan().horizonMillis(),
                                config.detectors(),
                                SignalDetectors.DECISIONS_DELTA))
                .returns(Alert.class)
                .setBufferTimeout(BufferTimeout.RELAXED_MILLIS)
                .uid(DETECTORS_UID)
                .name("monitor: detectors");
    }
}
