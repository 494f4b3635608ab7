package io.millrace.jobs.backfill;

import io.millrace.record.Origin;

/** Where a record is, in one word: {@code transactions-3@4711}. */
public final class Coordinates {
    private Coordinates() {}

    static String of(Origin origin) {
        return of(origin.topic(), origin.partition(), origin.offset());
    }

    public static String of(String topic, int partition, long offset) {
        return topic + "-" + partition + "@" + offset;
    }
}
