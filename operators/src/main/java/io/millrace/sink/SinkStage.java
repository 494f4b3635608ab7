package io.millrace.sink;

import io.millrace.record.BufferTimeout;
import io.millrace.record.DeadLetter;
import io.millrace.record.Duplicate;
import io.millrace.record.Findings;
import io.millrace.record.Outgoing;
import io.millrace.record.QualityFindings;
import io.millrace.record.RetrainRequest;
import io.millrace.record.Score;
import io.millrace.record.Shadow;
import io.millrace.spec.OutputSpec.Guarantee;
import java.util.List;
import java.util.Properties;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.TransactionNamingStrategy;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamSink;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * Scores, dead letters, duplicates and what the monitor says in, one topic each out, through one
 * sink: a reader of committed records never sees a score without the dead letter that was made
 * beside it.
 *
 * <p>Each value is one JSON object in UTF-8, its fields in snake_case, times as ISO-8601 in UTC
 * with milliseconds, numbers so that they read back to the same bits, a missing feature as null.
 * The fields of the topics:
 *
 * <pre>
 * score        event_id, event_time, entity, model_name, model_version, model_digest, route, because where a fallback answers, score, decision,
 *              outputs [{name, numbers or texts}] where the model's metadata names further ones,
 *              features {name: value} where the pipeline includes them,
 *              warming [name] where a window reaches back to before its history, latency_millis,
 *              source_topic, source_partition, source_offset
 * dead letter  event_id or null, stage, reason, detail, source_topic, source_partition, source_offset, source_time,
 *              original_text where the original bytes are UTF-8, original_base64 where they are not, original_bytes (how many),
 *              original_sha256 where they were cut to fit
 * duplicate    event_id, first_partition, first_offset, source_topic, source_partition, source_offset, source_time
 * shadow       event_id, event_time, entity, model_name, model_version, model_digest, score, decision: the challenger's;
 *              answered_version, answered_score, answered_decision, source_topic, source_partition, source_offset
 * drift        window_start, window_end, revision, model_name, model_version, segment, rows, reference_version,
 *              reference_segment, reference_from and reference_to of a rolling one, status, detail, part, parts,
 *              features [{name, role, kind, status, current, from_reference, from_previous, p, q, causes, bins}]
 * quality      window_start, window_end, revision, is_final, model_name, model_version, route, segment, rows, decided,
 *              labels {labelled, coverage, positives, before, late, superseded, delay_median_millis, delay_90_millis, delay_99_millis},
 *              confusion {true_positives, false_positives, true_negatives, false_negatives},
 *              realised, estimated and gap {accuracy, precision, recall, f1, auc},
 *              ranking {auc_error, average_precision, average_precision_error, top, precision_at_top, precision_at_top_error},
 *              calibration {log_loss, brier, expected_error, tenths [{low, labelled, mean_score, positive_share}]}, cost,
 *              paired of a shadow {rows, other_decisions, labelled, answered_false_positives, answered_false_negatives,
 *              fewer_false_positives, more_false_positives, fewer_false_negatives, more_false_negatives,
 *              log_loss and squared_error {answered, less, less_squares}},
 *              fairness {segments, demographic_parity_difference, disparate_impact_ratio, equal_opportunity_difference,
 *              equalised_odds_difference}
 * alert        incident, revision, state, severity, source, window_start, window_end, since, model_name, model_version, segment, rows,
 *              reference_version, reference_segment, reference_from and reference_to of a rolling one, summary, confirms where labels confirm an incident of drift,
 *              culprits [{name, cause, measure, value, limit, p, q, windows, bins}]
 * retrain      requested, pipeline, model_name, model_version, segment, incident, source, severity, reference_version, summary,
 *              culprits as of an alert, train and hold_out {from, to}, labels_until or null
 * </pre>
 *
 * <p>A score's Kafka key is its entity, so that the scores of one entity stay in their order; a
 * report's is its model version and segment (of quality, also its route), an alert's its incident;
 * a request's is its model version; the others' is {@code topic-partition-offset}. The header
 * {@code traceparent} is passed on. The Kafka timestamp is when the record was written, so that a
 * topic's retention counts from there.
 */
public final class SinkStage {
    static final String UID = "sink";
    private static final String SCORES_UID = "sink-scores";
    private static final String DEAD_LETTERS_UID = "sink-dead-letters";
    private static final String DUPLICATES_UID = "sink-duplicates";
    private static final String SHADOWS_UID = "sink-shadows";
    private static final String DRIFT_UID = "sink-drift";
    private static final String QUALITY_UID = "sink-quality";
    private static final String ALERTS_UID = "sink-alerts";
    private static final String RETRAIN_UID = "sink-retrain";
    private static final String UNPACK_UID = "sink-unpack";

    /** A buffer timeout: what is sent is handed over at once, and no thread looks after it. */
    private static final long AT_ONCE = 0;

    private final SinkConfig config;

    public SinkStage(SinkConfig config) {
        this.config = config;
    }

    /** Connects the fates of a pipeline that is not monitored. */
    public DataStreamSink<Outgoing> attach(
            DataStream<Score> scores,
            DataStream<DeadLetter> deadLetters,
            DataStream<Duplicate> duplicates,
            DataStream<Shadow> shadows) {
        return write(fates(scores, deadLetters, duplicates, shadows));
    }

    /** Connects the fates of a pipeline, and what the monitor says of it. */
    public DataStreamSink<Outgoing> attach(
            DataStream<Score> scores,
            DataStream<DeadLetter> deadLetters,
            DataStream<Duplicate> duplicates,
            DataStream<Shadow> shadows,
            Findings findings,
            QualityFindings quality) {
        DataStream<List<Outgoing>> outgoing =
                fates(scores, deadLetters, duplicates, shadows)
                        .union(
                                encode(
                                        findings.drift(),
                                        new EncodeFunction<>(
                                                config, config.drift(), DriftReportEncoder::new),
                                        DRIFT_UID),
                                encode(
                                        quality.reports(),
                                        new EncodeFunction<>(
                                                config,
                                                config.quality(),
                                                QualityReportEncoder::new),
                                        QUALITY_UID),
                                encode(
                                        findings.alertsWith(quality),
                                        new EncodeFunction<>(
                                                config, config.alerts(), AlertEncoder::new),
                                        ALERTS_UID));
        DataStream<RetrainRequest> requests = findings.requests();
        return write(
                requests == null
                        ? outgoing
                        : outgoing.union(
                                encode(
                                        requests,
                                        new EncodeFunction<>(
                                                config,
                                                config.retrain(),
                                                RetrainRequestEncoder::new),
                                        RETRAIN_UID)));
    }

    private DataStream<List<Outgoing>> fates(
            DataStream<Score> scores,
            DataStream<DeadLetter> deadLetters,
            DataStream<Duplicate> duplicates,
            DataStream<Shadow> shadows) {
        return encode(scores, scoreEncoder(), SCORES_UID, AT_ONCE)
                .union(
                        encode(
                                deadLetters,
                                new EncodeFunction<>(
                                        config, config.deadLetters(), DeadLetterEncoder::new),
                                DEAD_LETTERS_UID),
                        encode(
                                duplicates,
                                new EncodeFunction<>(
                                        config, config.duplicates(), DuplicateEncoder::new),
                                DUPLICATES_UID),
                        encode(
                                shadows,
                                new EncodeFunction<>(config, config.shadows(), ShadowEncoder::new),
                                SHADOWS_UID));
    }

    private DataStreamSink<Outgoing> write(DataStream<List<Outgoing>> outgoing) {
        return outgoing.flatMap(new UnpackFunction())
                .returns(Outgoing.TYPE)
                .uid(UNPACK_UID)
                .name(UNPACK_UID)
                .sinkTo(kafkaSink())
                .uid(UID)
                .name(UID);
    }

    private EncodeFunction<Score> scoreEncoder() {
        return config.guarantee() == Guarantee.EXACTLY_ONCE
                ? new RestoredEncodeFunction<>(config, config.scores(), ScoreEncoder::new)
                : new EncodeFunction<>(config, config.scores(), ScoreEncoder::new);
    }

    /** What is no score may wait for others. */
    private static <T> DataStream<List<Outgoing>> encode(
            DataStream<T> records, EncodeFunction<T> encoder, String uid) {
        return encode(records, encoder, uid, BufferTimeout.RELAXED_MILLIS);
    }

    private static <T> DataStream<List<Outgoing>> encode(
            DataStream<T> records, EncodeFunction<T> encoder, String uid, long bufferMillis) {
        return records.transform(uid, Types.LIST(Outgoing.TYPE), new EncodeOperator<>(encoder))
                .setBufferTimeout(bufferMillis)
                .uid(uid)
                .name(uid);
    }

    /** The only place that builds a Kafka sink, whose defaults guarantee nothing. */
    private KafkaSink<Outgoing> kafkaSink() {
        boolean exactlyOnce = config.guarantee() == Guarantee.EXACTLY_ONCE;
        return KafkaSink.<Outgoing>builder()
                .setBootstrapServers(config.bootstrapServers())
                .setKafkaProducerConfig(producerProperties())
                .setRecordSerializer(new OutgoingSerializationSchema())
                .setDeliveryGuarantee(
                        exactlyOnce
                                ? DeliveryGuarantee.EXACTLY_ONCE
                                : DeliveryGuarantee.AT_LEAST_ONCE)
                .setTransactionalIdPrefix(config.transactionalIdPrefix())
                // The pooling strategy leaks an admin client per subtask and start: RATIONALE.md.
                .setTransactionNamingStrategy(TransactionNamingStrategy.INCREMENTING)
                .build();
    }

    /**
     * Tuning that the pipeline may replace, then its own properties, then what the guarantee needs.
     */
    Properties producerProperties() {
        boolean exactlyOnce = config.guarantee() == Guarantee.EXACTLY_ONCE;
        var properties = new Properties();
        properties.setProperty(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        properties.setProperty(ProducerConfig.BATCH_SIZE_CONFIG, Integer.toString(128 << 10));
        // Committed records wait for a checkpoint anyhow; uncommitted ones should not wait at all.
        properties.setProperty(ProducerConfig.LINGER_MS_CONFIG, exactlyOnce ? "20" : "1");
        properties.putAll(config.properties());
        properties.setProperty(ProducerConfig.ACKS_CONFIG, "all");
        properties.setProperty(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
        properties.setProperty(
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                Integer.toString(RecordSize.MAX_REQUEST_BYTES));
        if (exactlyOnce) {
            properties.setProperty(
                    ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                    Long.toString(config.transactionTimeoutMillis()));
        }
        return properties;
    }
}
