package io.millrace.jobs.parity;

import io.millrace.jobs.backfill.History;
import org.jspecify.annotations.Nullable;

/**
 * What is compared.
 *
 * @param scores where the logged features are
 * @param events the events that were scored
 * @param labels the labels; null where there are none
 * @param refusals what the stream did not answer
 * @param eventsTopic the topic of the events
 * @param byCoordinates whether events are where the scores say that they were read
 * @param fromMillis the first event time that is compared
 * @param toMillis the first that is not compared any more
 * @param tolerance how far two values may lie apart
 * @param parallelism how many subtasks each stage has
 */
public record ParityConfig(
        History scores,
        History events,
        @Nullable History labels,
        Refusals refusals,
        String eventsTopic,
        boolean byCoordinates,
        long fromMillis,
        long toMillis,
        double tolerance,
        int parallelism) {}
