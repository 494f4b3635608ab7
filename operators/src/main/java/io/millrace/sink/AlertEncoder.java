package io.millrace.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.record.Alert;
import io.millrace.record.Outgoing;
import java.io.IOException;
import java.util.List;

/** Alerts as JSON, keyed by incident. */
final class AlertEncoder implements Encoder<Alert> {
    private final String topic;
    private final JsonBuffer json;

    AlertEncoder(SinkConfig config) throws IOException {
        json = new JsonBuffer();
        topic = config.alerts();
    }

    @Override
    public Outgoing apply(Alert alert) throws IOException {
        json.begin();
        json.text(Field.INCIDENT, alert.incident());
        json.number(Field.REVISION, alert.revision());
        json.text(Field.STATE, alert.state().name());
        json.text(Field.SEVERITY, alert.severity().name());
        json.text(Field.SOURCE, alert.source().name());
        json.time(Field.WINDOW_START, alert.windowStartMillis());
        json.time(Field.WINDOW_END, alert.windowEndMillis());
        json.time(Field.SINCE, alert.sinceMillis());
        json.text(Field.MODEL_NAME, alert.modelName());
        json.text(Field.MODEL_VERSION, alert.modelVersion());
        json.text(Field.SEGMENT, alert.segment());
        json.number(Field.ROWS, alert.rows());
        DriftReportEncoder.reference(alert.reference(), json);
        json.text(Field.SUMMARY, alert.summary());
        if (!alert.confirms().isEmpty()) {
            json.text(Field.CONFIRMS, alert.confirms());
        }
        json.texts(Field.EVENT_IDS, alert.eventIds());
        culprits(alert.culprits(), json);
        return new Outgoing(topic, alert.incident().getBytes(UTF_8), json.end(), null);
    }

    static void culprits(List<Alert.Culprit> culprits, JsonBuffer json) throws IOException {
        json.beginObjects(Field.CULPRITS);
        for (Alert.Culprit culprit : culprits) {
            json.beginObject();
            json.text(Field.NAME, culprit.name());
            json.text(Field.CAUSE, culprit.cause());
            json.text(Field.MEASURE, culprit.measure());
            json.number(Field.VALUE, culprit.value());
            json.number(Field.LIMIT, culprit.limit());
            json.number(Field.P, culprit.p());
            json.number(Field.Q, culprit.q());
            json.number(Field.WINDOWS, culprit.windows());
            DriftReportEncoder.bins(culprit.bins(), json);
            DriftReportEncoder.contributors(culprit.contributors(), json);
            json.endObject();
        }
        json.endObjects();
    }
}
