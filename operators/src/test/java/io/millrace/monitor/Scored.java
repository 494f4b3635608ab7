package io.millrace.monitor;

import io.millrace.record.Event;
import io.millrace.record.Origin;
import io.millrace.record.Score;
import java.util.List;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.types.logical.BooleanType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.VarCharType;

/** Scores and labels for tests: of 0.5 and more, {@code block} is decided. */
final class Scored {
    static final String POSITIVE = "block";

    static final TruthReader TRUTH =
            new TruthReader(
                    RowType.of(
                            new LogicalType[] {VarCharType.STRING_TYPE, new BooleanType()},
                            new String[] {"id", "fraud"}),
                    "fraud");

    private Scored() {}

    static Score score(String id, long eventTimeMillis, String segment, double value) {
        return new Score(
                new Origin("events", 0, eventTimeMillis, 0, null, new byte[0]),
                id,
                eventTimeMillis,
                "entity",
                segment,
                "fraud",
                "7",
                "sha256:0",
                Score.Route.CHAMPION,
                value,
                List.of(),
                value >= 0.5 ? POSITIVE : "pass",
                new double[0],
                new int[0],
                0);
    }

    static Event label(String id, long eventTimeMillis, long offset, boolean isFraud) {
        return new Event(
                new Origin("labels", 0, offset, 0, null, new byte[0]),
                id,
                eventTimeMillis,
                GenericRowData.of(null, isFraud));
    }

    /** A score without a calibration, as it goes to its label. */
    static EventScore said(String id, long eventTimeMillis, String segment, double value) {
        return said(score(id, eventTimeMillis, segment, value), score -> null);
    }

    static EventScore said(Score score, ScoreCalibrations calibrations) {
        return new EventScore(
                score.eventId(), AwaitingScore.of(score, calibrations.curveOf(score), POSITIVE));
    }

    /** A label, as it goes to its score. */
    static EventLabel seen(String id, long eventTimeMillis, long offset, boolean isFraud) {
        return new EventLabel(id, new SeenLabel(eventTimeMillis, isFraud, 0, offset));
    }
}
