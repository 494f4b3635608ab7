package io.millrace.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.SerializableString;
import io.millrace.record.Outgoing;
import io.millrace.record.RetrainRequest;
import java.io.IOException;

/** Requests for a new model as JSON, keyed by model version. */
final class RetrainRequestEncoder implements Encoder<RetrainRequest> {
    private final String pipeline;
    private final String topic;
    private final JsonBuffer json;

    RetrainRequestEncoder(SinkConfig config) throws IOException {
        json = new JsonBuffer();
        pipeline = config.pipeline();
        topic = config.retrain();
    }

    @Override
    public Outgoing apply(RetrainRequest request) throws IOException {
        json.begin();
        json.time(Field.REQUESTED, request.requestedMillis());
        json.text(Field.PIPELINE, pipeline);
        json.text(Field.MODEL_NAME, request.modelName());
        json.text(Field.MODEL_VERSION, request.modelVersion());
        json.text(Field.SEGMENT, request.segment());
        json.text(Field.INCIDENT, request.incident());
        json.text(Field.SOURCE, request.source().name());
        json.text(Field.SEVERITY, request.severity().name());
        json.text(Field.REFERENCE_VERSION, request.referenceVersion());
        json.text(Field.SUMMARY, request.summary());
        AlertEncoder.culprits(request.culprits(), json);
        range(Field.TRAIN, request.trainFromMillis(), request.holdOutFromMillis());
        range(Field.HOLD_OUT, request.holdOutFromMillis(), request.holdOutToMillis());
        if (request.labelsUntilMillis() == null) {
            json.text(Field.LABELS_UNTIL, (String) null);
        } else {
            json.time(Field.LABELS_UNTIL, request.labelsUntilMillis());
        }
        byte[] key = (request.modelName() + "/" + request.modelVersion()).getBytes(UTF_8);
        return new Outgoing(topic, key, json.end(), null);
    }

    private void range(SerializableString name, long fromMillis, long toMillis) throws IOException {
        json.beginObject(name);
        json.time(Field.FROM, fromMillis);
        json.time(Field.TO, toMillis);
        json.endObject();
    }
}
