package io.millrace.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.record.Outgoing;
import io.millrace.record.Score;
import io.millrace.record.Shadow;
import java.io.IOException;

/** Shadows as JSON, keyed by entity. None is too large for a topic: it carries no features. */
final class ShadowEncoder implements Encoder<Shadow> {
    private final String topic;
    private final JsonBuffer json;

    ShadowEncoder(SinkConfig config) throws IOException {
        json = new JsonBuffer();
        topic = config.shadows();
    }

    @Override
    public Outgoing apply(Shadow shadow) throws IOException {
        Score score = shadow.score();
        json.begin();
        json.text(Field.EVENT_ID, score.eventId());
        json.time(Field.EVENT_TIME, score.eventTimeMillis());
        json.text(Field.ENTITY, score.entity());
        json.text(Field.MODEL_NAME, score.modelName());
        json.text(Field.MODEL_VERSION, score.modelVersion());
        json.text(Field.MODEL_DIGEST, score.modelDigest());
        json.number(Field.SCORE, score.value());
        json.text(Field.DECISION, score.decision());
        json.text(Field.ANSWERED_VERSION, shadow.answeredVersion());
        json.number(Field.ANSWERED_SCORE, shadow.answeredValue());
        json.text(Field.ANSWERED_DECISION, shadow.answeredDecision());
        json.text(Field.SOURCE_TOPIC, score.origin().topic());
        json.number(Field.SOURCE_PARTITION, score.origin().partition());
        json.number(Field.SOURCE_OFFSET, score.origin().offset());
        byte[] value = json.end();
        return new Outgoing(
                topic, score.entity().getBytes(UTF_8), value, score.origin().traceparent());
    }
}
