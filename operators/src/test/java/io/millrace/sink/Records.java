package io.millrace.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.millrace.record.DeadLetter;
import io.millrace.record.Origin;
import io.millrace.record.Score;
import io.millrace.spec.OutputSpec.Guarantee;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Records, settings, and a reader of what was encoded. */
final class Records {
    static final SinkConfig CONFIG =
            new SinkConfig(
                    "card-fraud",
                    "localhost:9092",
                    Map.of(),
                    "scores",
                    "dead-letters",
                    "duplicates",
                    List.of("TX_AMOUNT", "TX_DURING_NIGHT"),
                    true,
                    Guarantee.EXACTLY_ONCE,
                    900_000);

    private Records() {}

    static Origin origin(byte[] bytes) {
        return new Origin("transactions", 3, 42, 1_532_476_800_000L, "00-ab-cd-01", bytes);
    }

    static Score score(String eventId, String entity, double value, double... features) {
        return new Score(
                origin("{}".getBytes(UTF_8)),
                eventId,
                1_532_476_812_345L,
                entity,
                "card-fraud",
                "7",
                "sha256:ab",
                Score.Route.CHAMPION,
                value,
                "review",
                features,
                12);
    }

    static DeadLetter deadLetter(byte[] bytes, String detail, @Nullable String eventId) {
        return new DeadLetter(
                origin(bytes), "ingest", DeadLetter.Reason.MALFORMED, detail, eventId);
    }

    /** The fields of one JSON object; nested objects are flattened, {@code features.TX_AMOUNT}. */
    static Map<String, @Nullable Object> parse(byte[] json) {
        var fields = new LinkedHashMap<String, @Nullable Object>();
        try (var parser = new JsonFactory().createParser(json)) {
            assertStarts(parser);
            object("", parser, fields);
            if (parser.nextToken() != null) {
                throw new AssertionError("more than one value in " + new String(json, UTF_8));
            }
        } catch (IOException e) {
            throw new AssertionError(new String(json, UTF_8), e);
        }
        return fields;
    }

    private static void assertStarts(JsonParser parser) throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw new AssertionError("no JSON object");
        }
    }

    private static void object(
            String prefix, JsonParser parser, Map<String, @Nullable Object> fields)
            throws IOException {
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = prefix + parser.currentName();
            switch (parser.nextToken()) {
                case START_OBJECT -> object(name + ".", parser, fields);
                case START_ARRAY -> fields.put(name, texts(parser));
                case VALUE_STRING -> fields.put(name, parser.getText());
                case VALUE_NUMBER_INT -> fields.put(name, parser.getLongValue());
                case VALUE_NUMBER_FLOAT -> fields.put(name, parser.getDoubleValue());
                case VALUE_NULL -> fields.put(name, null);
                default -> throw new AssertionError(name + " is " + parser.currentToken());
            }
        }
    }

    private static List<String> texts(JsonParser parser) throws IOException {
        var texts = new ArrayList<String>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            texts.add(parser.getText());
        }
        return texts;
    }
}
