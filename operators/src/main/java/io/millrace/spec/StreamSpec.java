package io.millrace.spec;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * One input topic and the contract of its rows: what events and labels have in common.
 *
 * @param topic the Kafka topic
 * @param format the name of a Flink format on the class path: {@code json}, {@code csv}, {@code
 *     avro}
 * @param formatOptions the format's own options, without its name as prefix
 * @param columns the declared columns in order
 * @param id the column that holds the event id (for labels: the id of the labelled event)
 * @param eventTime the column that holds the event time: {@code TIMESTAMP_LTZ}, {@code TIMESTAMP}
 *     (read as UTC), or {@code BIGINT} epoch milliseconds
 * @param outOfOrderness how much later than a newer one an event may arrive without being late
 * @param idleness after how much silence a partition stops holding back event time
 * @param maxAhead how far an event time may lie after the Kafka record's timestamp; further is
 *     refused, since a single such row would make all others late
 * @param expectations conditions that every row must meet
 */
public record StreamSpec(
        String topic,
        String format,
        Map<String, String> formatOptions,
        List<ColumnSpec> columns,
        String id,
        String eventTime,
        Duration outOfOrderness,
        Duration idleness,
        Duration maxAhead,
        List<ExpectationSpec> expectations) {}
