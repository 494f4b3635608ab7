package io.millrace.record;

import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.util.OutputTag;

/**
 * A record whose event id had been accepted before, within the de-duplication horizon. It is
 * counted, not scored.
 *
 * @param origin where the second copy was read
 * @param eventId the id that both carry
 * @param firstPartition the partition of the copy that was accepted
 * @param firstOffset the offset of the copy that was accepted
 */
public record Duplicate(Origin origin, String eventId, int firstPartition, long firstOffset)
        implements Traced {

    /** The side output by which ingest sets duplicates aside. */
    public static final OutputTag<Duplicate> TAG =
            new OutputTag<>("duplicates", TypeInformation.of(Duplicate.class));
}
