package io.millrace.sink;

import io.millrace.record.DeadLetter;
import io.millrace.record.Outgoing;
import java.io.IOException;

/** Dead letters as JSON, each with as much of its original bytes as its topic takes. */
final class DeadLetterEncoder implements Encoder<DeadLetter> {
    private final String topic;
    private final JsonBuffer json;

    DeadLetterEncoder(SinkConfig config) throws IOException {
        json = new JsonBuffer();
        topic = config.deadLetters();
    }

    @Override
    public Outgoing apply(DeadLetter letter) throws IOException {
        byte[] original = letter.origin().bytes();
        var kept = Original.keep(original, RecordSize.MAX_ORIGINAL_BYTES);
        json.begin();
        json.text(Field.EVENT_ID, Coordinates.cut(letter.eventId()));
        json.text(Field.STAGE, letter.stage());
        json.text(Field.REASON, letter.reason().name());
        json.text(Field.DETAIL, Coordinates.cut(letter.detail()));
        Coordinates.write(letter.origin(), json);
        if (kept.isText()) {
            json.utf8(Field.ORIGINAL_TEXT, original, kept.bytes());
        } else {
            json.base64(Field.ORIGINAL_BASE64, original, kept.bytes());
        }
        json.number(Field.ORIGINAL_BYTES, original.length);
        if (kept.bytes() < original.length) {
            json.text(Field.ORIGINAL_SHA256, Original.sha256(original));
        }
        return new Outgoing(
                topic, Coordinates.key(letter.origin()), json.end(), letter.origin().traceparent());
    }
}
