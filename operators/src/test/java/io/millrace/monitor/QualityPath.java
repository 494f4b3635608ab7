package io.millrace.monitor;

import io.millrace.record.QualityReport;
import io.millrace.record.Score;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.api.operators.co.KeyedCoProcessOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;

/** The way of scores and labels to reports, through as many subtasks as one likes. */
// The harness may be interrupted while it closes, and javac warns of that at each use.
@SuppressWarnings("try")
final class QualityPath implements AutoCloseable {
    private static final int MAX_PARALLELISM = 16;

    private final QualityPlan plan;
    private final ScoreCalibrations calibrations;
    private final List<
                    KeyedTwoInputStreamOperatorTestHarness<String, EventScore, EventLabel, Outcome>>
            joins = new ArrayList<>();
    private final List<OneInputStreamOperatorTestHarness<Outcome, QualityPartial>> partials =
            new ArrayList<>();
    private final long[] watermarks;
    private KeyedOneInputStreamOperatorTestHarness<String, QualityPartial, QualityReport> windows;
    private KeyedOneInputStreamOperatorTestHarness<String, QualityReport, QualityReport> fairness;
    private long watermark = Long.MIN_VALUE;
    private long checkpoint;

    QualityPath(QualityPlan plan, ScoreCalibrations calibrations, int parallelism)
            throws Exception {
        this.plan = plan;
        this.calibrations = calibrations;
        this.watermarks = new long[parallelism];
        Arrays.fill(watermarks, Long.MIN_VALUE);
        for (int subtask = 0; subtask < parallelism; subtask++) {
            joins.add(join(subtask));
            joins.get(subtask).open();
            partials.add(partial());
            partials.get(subtask).open();
        }
        windows = windows();
        windows.open();
        fairness = fairness();
        fairness.open();
    }

    void feed(Score score) throws Exception {
        int subtask = subtask(score.eventId());
        joins.get(subtask)
                .processElement1(Scored.said(score, calibrations), score.eventTimeMillis());
        passOn(subtask);
    }

    void feed(EventLabel seen) throws Exception {
        int subtask = subtask(seen.eventId());
        joins.get(subtask).processElement2(seen, seen.label().eventTimeMillis());
        passOn(subtask);
    }

    void advance(long millis) throws Exception {
        for (int subtask = 0; subtask < joins.size(); subtask++) {
            joins.get(subtask).processBothWatermarks(new Watermark(millis));
            passOn(subtask);
        }
    }

    /** Everything again from a checkpoint of everything. */
    void restart() throws Exception {
        checkpoint++;
        for (int subtask = 0; subtask < joins.size(); subtask++) {
            partials.get(subtask).prepareSnapshotPreBarrier(checkpoint);
            passOn(subtask);
            OperatorSubtaskState joined = joins.get(subtask).snapshot(checkpoint, checkpoint);
            joins.get(subtask).close();
            joins.set(subtask, join(subtask));
            joins.get(subtask).initializeState(joined);
            joins.get(subtask).open();
            partials.get(subtask).close();
            partials.set(subtask, partial());
            partials.get(subtask).open();
        }
        List<QualityReport> reported = reports();
        OperatorSubtaskState counted = windows.snapshot(checkpoint, checkpoint);
        windows.close();
        windows = windows();
        windows.initializeState(counted);
        windows.open();
        OperatorSubtaskState compared = fairness.snapshot(checkpoint, checkpoint);
        fairness.close();
        fairness = fairness();
        fairness.initializeState(compared);
        fairness.open();
        reported.forEach(report -> fairness.getOutput().add(new StreamRecord<>(report)));
        Arrays.fill(watermarks, Long.MIN_VALUE);
        watermark = Long.MIN_VALUE;
    }

    List<QualityReport> reports() {
        return new ArrayList<>(fairness.extractOutputValues());
    }

    /** How many keys anything is kept of. */
    int keptKeys() {
        return joins.stream().mapToInt(join -> join.numKeyedStateEntries()).sum()
                + windows.numKeyedStateEntries()
                + fairness.numKeyedStateEntries();
    }

    // The output of a harness is of records and watermarks.
    @SuppressWarnings("unchecked")
    private void passOn(int subtask) throws Exception {
        var joined = joins.get(subtask).getOutput();
        var partial = partials.get(subtask);
        while (!joined.isEmpty()) {
            Object next = joined.poll();
            if (next instanceof Watermark reached) {
                partial.processWatermark(reached);
            } else {
                partial.processElement((StreamRecord<Outcome>) next);
            }
        }
        var counted = partial.getOutput();
        while (!counted.isEmpty()) {
            Object next = counted.poll();
            if (next instanceof Watermark reached) {
                watermarks[subtask] = reached.getTimestamp();
                advanceWindows(Arrays.stream(watermarks).min().orElseThrow());
            } else {
                windows.processElement((StreamRecord<QualityPartial>) next);
            }
        }
    }

    @SuppressWarnings("unchecked")
    private void advanceWindows(long millis) throws Exception {
        if (millis <= watermark) {
            return;
        }
        watermark = millis;
        windows.processWatermark(millis);
        var reported = windows.getOutput();
        while (!reported.isEmpty()) {
            Object next = reported.poll();
            if (next instanceof Watermark reached) {
                fairness.processWatermark(reached);
            } else {
                fairness.processElement((StreamRecord<QualityReport>) next);
            }
        }
    }

    private int subtask(String eventId) {
        return KeyGroupRangeAssignment.assignKeyToParallelOperator(
                eventId, MAX_PARALLELISM, joins.size());
    }

    private KeyedTwoInputStreamOperatorTestHarness<String, EventScore, EventLabel, Outcome> join(
            int subtask) throws Exception {
        return new KeyedTwoInputStreamOperatorTestHarness<>(
                new KeyedCoProcessOperator<>(new LabelJoinFunction(plan.horizonMillis())),
                EventScore::eventId,
                EventLabel::eventId,
                Types.STRING,
                MAX_PARALLELISM,
                watermarks.length,
                subtask);
    }

    private OneInputStreamOperatorTestHarness<Outcome, QualityPartial> partial() throws Exception {
        return new OneInputStreamOperatorTestHarness<>(new OutcomePartialOperator(plan));
    }

    private KeyedOneInputStreamOperatorTestHarness<String, QualityPartial, QualityReport> windows()
            throws Exception {
        return new KeyedOneInputStreamOperatorTestHarness<>(
                new KeyedProcessOperator<>(new QualityFunction(plan)),
                partial -> partial.key().text(),
                Types.STRING);
    }

    private KeyedOneInputStreamOperatorTestHarness<String, QualityReport, QualityReport> fairness()
            throws Exception {
        return new KeyedOneInputStreamOperatorTestHarness<>(
                new KeyedProcessOperator<>(new FairnessFunction(plan.minRows(), false)),
                report -> QualityKey.ofAllRows(report).text(),
                Types.STRING);
    }

    @Override
    public void close() throws Exception {
        for (int subtask = 0; subtask < joins.size(); subtask++) {
            joins.get(subtask).close();
            partials.get(subtask).close();
        }
        windows.close();
        fairness.close();
    }
}
