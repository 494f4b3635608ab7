package io.millrace.ingest;

import io.millrace.record.DeadLetter;
import io.millrace.record.Duplicate;
import io.millrace.record.Event;
import org.apache.flink.streaming.api.datastream.DataStream;

/**
 * Where each received record went: to exactly one of these.
 *
 * @param events the accepted rows
 * @param deadLetters the refused ones
 * @param duplicates second copies of accepted ones; empty where the topic has no de-duplication
 */
public record Ingested(
        DataStream<Event> events,
        DataStream<DeadLetter> deadLetters,
        DataStream<Duplicate> duplicates) {}
