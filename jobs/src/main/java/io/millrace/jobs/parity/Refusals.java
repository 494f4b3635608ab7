package io.millrace.jobs.parity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.jobs.backfill.Coordinates;
import io.millrace.jobs.backfill.TopicHistory;
import io.millrace.source.SourceConfig;
import io.millrace.spec.PipelineSpec;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the stream did not answer, by the coordinates of the record: the reason of its dead letter,
 * or that it is a copy.
 */
public final class Refusals {
    static final String DUPLICATE = "DUPLICATE";

    private static final String TOO_LATE = "TOO_LATE";
    private static final JsonMapper JSON = new JsonMapper();

    private final Map<String, String> reasons = new HashMap<>();

    /** Of a stream that refused nothing, or of which nobody knows. */
    public static Refusals none() {
        return new Refusals();
    }

    /** Reads the pipeline's dead letters and duplicates, committed ones only, to their end. */
    public static Refusals of(PipelineSpec spec, Duration timeout) {
        var refusals = new Refusals();
        SourceConfig scores = Scores.topic(spec);
        TopicHistory.readAll(
                scores, spec.output().deadLetters(), timeout, value -> refusals.add(value, null));
        TopicHistory.readAll(
                scores,
                spec.output().duplicates(),
                timeout,
                value -> refusals.add(value, DUPLICATE));
        return refusals;
    }

    /** Why a record has no score; null where it was not refused. */
    @Nullable String reason(String topic, int partition, long offset) {
        return reasons.get(Coordinates.of(topic, partition, offset));
    }

    /**
     * What only a stream can refuse, since only it knows when a record came: a backfill that is to
     * compute the same must not see these.
     */
    public Set<String> ofTheMoment() {
        var keys = new HashSet<String>();
        reasons.forEach(
                (key, reason) -> {
                    if (reason.equals(TOO_LATE) || reason.equals(DUPLICATE)) {
                        keys.add(key);
                    }
                });
        return keys;
    }

    private void add(byte[] value, @Nullable String known) {
        JsonNode record;
        try {
            record = JSON.readTree(value);
        } catch (IOException e) {
            return; // Somebody else writes to the topic as well.
        }
        String reason = known == null ? record.path("reason").asText() : known;
        reasons.put(
                Coordinates.of(
                        record.path("source_topic").asText(),
                        record.path("source_partition").asInt(),
                        record.path("source_offset").asLong()),
                reason);
    }
}
