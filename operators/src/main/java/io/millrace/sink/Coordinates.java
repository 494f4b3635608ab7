package io.millrace.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.record.Origin;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What dead letters and duplicates have in common: where they were read, and bounded texts. */
final class Coordinates {
    private static final String CUT = "…";

    private Coordinates() {}

    static byte[] key(Origin origin) {
        return (origin.topic() + "-" + origin.partition() + "-" + origin.offset()).getBytes(UTF_8);
    }

    static void write(Origin origin, JsonBuffer json) throws IOException {
        json.text(Field.SOURCE_TOPIC, origin.topic());
        json.number(Field.SOURCE_PARTITION, origin.partition());
        json.number(Field.SOURCE_OFFSET, origin.offset());
        json.time(Field.SOURCE_TIME, origin.timestampMillis());
    }

    /** The text, or its beginning and an ellipsis where it is too long to be meant for people. */
    static @Nullable String cut(@Nullable String text) {
        return text == null || text.length() <= RecordSize.MAX_TEXT_CHARS
                ? text
                : text.substring(0, RecordSize.MAX_TEXT_CHARS) + CUT;
    }
}
