package io.millrace.jobs.reconcile;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The input record that an output record tells of.
 *
 * @param topic the input topic
 * @param partition its partition
 * @param offset the offset there
 * @param eventTime its event time in ISO-8601 with milliseconds, where the output tells it: a score
 *     does
 */
record SourceCoordinates(String topic, int partition, long offset, @Nullable String eventTime) {
    private static final JsonFactory JSON = new JsonFactory();

    /** Reads the coordinates of one output record, or null where it carries none. */
    static @Nullable SourceCoordinates parse(byte @Nullable [] value) {
        if (value == null) {
            return null;
        }
        String topic = null;
        long partition = -1;
        long offset = -1;
        String eventTime = null;
        try (JsonParser json = JSON.createParser(value)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                JsonToken token = json.nextToken();
                if (name.equals("source_topic") && token == JsonToken.VALUE_STRING) {
                    topic = json.getText();
                } else if (name.equals("event_time") && token == JsonToken.VALUE_STRING) {
                    eventTime = json.getText();
                } else if (name.equals("source_partition") && token == JsonToken.VALUE_NUMBER_INT) {
                    partition = json.getLongValue();
                } else if (name.equals("source_offset") && token == JsonToken.VALUE_NUMBER_INT) {
                    offset = json.getLongValue();
                } else {
                    json.skipChildren();
                }
            }
        } catch (IOException e) {
            // Not of this pipeline: somebody else writes to the topic as well.
            return null;
        }
        return topic == null || partition < 0 || partition > Integer.MAX_VALUE || offset < 0
                ? null
                : new SourceCoordinates(topic, (int) partition, offset, eventTime);
    }
}
