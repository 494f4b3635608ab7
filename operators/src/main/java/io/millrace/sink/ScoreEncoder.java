package io.millrace.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import io.millrace.record.DeadLetter;
import io.millrace.record.Outgoing;
import io.millrace.record.Score;
import java.io.IOException;
import java.util.List;

/** Scores as JSON, keyed by entity. A score that no topic would take becomes a dead letter. */
final class ScoreEncoder implements Encoder<Score> {
    private final String topic;
    private final SerializableString[] featureNames;
    private final boolean includeFeatures;
    private final DeadLetterEncoder deadLetters;
    private final JsonBuffer json;

    private final RepeatedModel model;
    private final RepeatedText segment = new RepeatedText();
    private final RepeatedText decision = new RepeatedText();
    private final RepeatedText sourceTopic = new RepeatedText();

    ScoreEncoder(SinkConfig config) throws IOException {
        json = new JsonBuffer();
        model = new RepeatedModel();
        topic = config.scores();
        featureNames =
                config.featureNames().stream()
                        .map(SerializedString::new)
                        .toArray(SerializableString[]::new);
        includeFeatures = config.includeFeatures();
        deadLetters = new DeadLetterEncoder(config);
    }

    @Override
    public Outgoing apply(Score score) throws IOException {
        json.begin();
        json.text(Field.EVENT_ID, score.eventId());
        json.time(Field.EVENT_TIME, score.eventTimeMillis());
        json.text(Field.ENTITY, score.entity());
        if (!score.segment().isEmpty()) {
            json.text(Field.SEGMENT, segment.of(score.segment()));
        }
        json.further(model.of(score));
        if (!score.because().isEmpty()) {
            json.text(Field.BECAUSE, score.because());
        }
        json.number(Field.SCORE, score.value());
        if (!score.outputs().isEmpty()) {
            outputs(score.outputs());
        }
        json.text(Field.DECISION, decision.of(score.decision()));
        if (includeFeatures) {
            json.numbers(Field.FEATURES, featureNames, score.features());
        }
        if (score.warming().length > 0) {
            json.names(Field.WARMING, featureNames, score.warming());
        }
        json.number(Field.LATENCY_MILLIS, score.latencyMillis());
        json.text(Field.SOURCE_TOPIC, sourceTopic.of(score.origin().topic()));
        json.number(Field.SOURCE_PARTITION, score.origin().partition());
        json.number(Field.SOURCE_OFFSET, score.origin().offset());
        byte[] value = json.end();
        byte[] key = score.entity().getBytes(UTF_8);
        int bytes = key.length + value.length;
        if (bytes > RecordSize.MAX_BYTES) {
            return deadLetters.apply(tooLarge(score, bytes));
        }
        return new Outgoing(topic, key, value, score.origin().traceparent());
    }

    private void outputs(List<Score.Output> outputs) throws IOException {
        json.beginObjects(Field.OUTPUTS);
        for (Score.Output output : outputs) {
            json.beginObject();
            json.text(Field.NAME, output.name());
            if (output.numbers().length > 0) {
                json.numbers(Field.OUTPUT_NUMBERS, output.numbers());
            } else {
                json.texts(Field.OUTPUT_TEXTS, output.texts());
            }
            json.endObject();
        }
        json.endObjects();
    }

    private static DeadLetter tooLarge(Score score, int bytes) {
        return new DeadLetter(
                score.origin(),
                SinkStage.UID,
                DeadLetter.Reason.TOO_LARGE,
                "the score's record is %d bytes; it must be at most %d"
                        .formatted(bytes, RecordSize.MAX_BYTES),
                score.eventId());
    }
}
