package io.millrace.tests.sql;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.jobs.local.LocalKafka;
import io.millrace.record.Alert;
import io.millrace.record.DeadLetter;
import io.millrace.record.DriftReport;
import io.millrace.record.Duplicate;
import io.millrace.record.Findings;
import io.millrace.record.Origin;
import io.millrace.record.QualityFindings;
import io.millrace.record.QualityReport;
import io.millrace.record.RetrainRequest;
import io.millrace.record.Score;
import io.millrace.record.Shadow;
import io.millrace.sink.SinkConfig;
import io.millrace.sink.SinkStage;
import io.millrace.spec.OutputSpec.Guarantee;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Two days of a pipeline: five scores, two dead letters, a duplicate and what the monitor says,
 * written by the sink stage; the labels of all five; and the transactions of some.
 */
final class Topics {
    private static final String TRANSACTIONS = "transactions";
    private static final String LABELS = "transaction-labels";
    private static final String SCORES = "card-fraud.scores";
    private static final String DEAD_LETTERS = "card-fraud.dead-letters";
    private static final String DUPLICATES = "card-fraud.duplicates";
    private static final String SHADOWS = "card-fraud.shadows";
    private static final String DRIFT = "card-fraud.drift";
    private static final String QUALITY = "card-fraud.quality";
    private static final String ALERTS = "card-fraud.alerts";
    private static final String RETRAIN = "card-fraud.retrain";
    private static final String AUDIT = "card-fraud.audit";

    private final LocalKafka kafka;

    Topics(LocalKafka kafka) {
        this.kafka = kafka;
    }

    /** Writes all topics, the outputs by a job with these settings. */
    void fill(Configuration settings) throws Exception {
        Stream.of(
                        TRANSACTIONS,
                        LABELS,
                        SCORES,
                        DEAD_LETTERS,
                        DUPLICATES,
                        SHADOWS,
                        DRIFT,
                        QUALITY,
                        ALERTS,
                        RETRAIN,
                        AUDIT)
                .forEach(topic -> kafka.createTopic(topic, 1));
        writeInputs();
        writeOutputs(settings);
        writeDecisions();
    }

    /** As the journal writes them: a person's, and one of the guard. */
    private void writeDecisions() throws Exception {
        Map<String, Object> properties = Map.of("bootstrap.servers", kafka.bootstrapServers());
        try (var producer =
                new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer())) {
            send(
                    producer,
                    AUDIT,
                    """
                    {'decided':'2026-03-02T08:00:00.500Z','action':'CHALLENGE','actor':'ann@desk','reason':'challenges','dry_run':false,\
                    'subject':'card-fraud/3/1772438400500','model_name':'card-fraud','model_version':'3','model_digest':'sha256:03','share':0.0,\
                    'answered_version':'1','from':'2026-03-02T08:00:10.500Z','evidence':null}\
                    """);
            send(
                    producer,
                    AUDIT,
                    """
                    {'decided':'2026-03-20T08:00:00Z','action':'PROMOTE','actor':'guard','reason':'version 3 is better: cost 0.5, the champion 0.75',\
                    'dry_run':false,'subject':'card-fraud/3/1772438400500','model_name':'card-fraud','model_version':'3',\
                    'model_digest':'sha256:03','share':0.0,'answered_version':'1','from':'2026-03-20T08:00:10Z',\
                    'evidence':{'window_start':'2026-03-03T00:00:00Z','window_end':'2026-03-10T00:00:00Z','windows':7,'labelled':5000,\
                    'findings':[{'measure':'cost','value':0.5,'answered':0.75,'limit':0.01,'count':5000,'p':0.001,'alpha':0.05},\
                    {'measure':'other_decisions','value':0.25,'answered':null,'limit':1.0,'count':5500,'p':null,'alpha':null}],\
                    'incidents':['drift/a']}}\
                    """);
        }
    }

    private void writeInputs() throws Exception {
        Map<String, Object> properties = Map.of("bootstrap.servers", kafka.bootstrapServers());
        try (var producer =
                new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer())) {
            transaction(producer, 1, "2026-03-02T08:15:00Z", "250.00");
            send(producer, TRANSACTIONS, "not json");
            transaction(producer, 2, "2026-03-02T08:45:00.250Z", "12.5");
            label(producer, 1, "2026-03-09T08:15:00Z", true);
            label(producer, 2, "2026-03-09T08:45:00Z", false);
            label(producer, 3, "2026-03-09T09:05:00Z", true);
            label(producer, 4, "2026-03-10T00:30:00Z", true);
            label(producer, 5, "2026-03-10T00:40:00Z", false);
            label(producer, 99, "2026-03-10T00:50:00Z", true);
        }
    }

    private static void transaction(
            KafkaProducer<String, String> producer, long id, String time, String amount)
            throws Exception {
        send(
                producer,
                TRANSACTIONS,
                "{'transaction_id':%d,'tx_time':'%s','customer_id':10,'terminal_id':70,'amount':%s}"
                        .formatted(id, time, amount));
    }

    private static void label(
            KafkaProducer<String, String> producer, long id, String time, boolean fraud)
            throws Exception {
        send(
                producer,
                LABELS,
                "{'transaction_id':%d,'label_time':'%s','customer_id':10,'terminal_id':70,'fraud':%s}"
                        .formatted(id, time, fraud));
    }

    private static void send(KafkaProducer<String, String> producer, String topic, String json)
            throws Exception {
        producer.send(new ProducerRecord<>(topic, json.replace('\'', '"'))).get();
    }

    private void writeOutputs(Configuration cluster) throws Exception {
        var settings = new Configuration(cluster);
        settings.set(PipelineOptions.GENERIC_TYPES, false);
        settings.set(PipelineOptions.AUTO_GENERATE_UIDS, false);
        var env = new StreamExecutionEnvironment(settings);
        env.enableCheckpointing(1_000);
        new SinkStage(config())
                .attach(
                        env.fromData(scores(), TypeInformation.of(Score.class)).uid("scores"),
                        env.fromData(deadLetters(), TypeInformation.of(DeadLetter.class))
                                .uid("dead-letters"),
                        env.fromData(duplicates(), TypeInformation.of(Duplicate.class))
                                .uid("duplicates"),
                        env.fromData(shadows(), TypeInformation.of(Shadow.class)).uid("shadows"),
                        new Findings(
                                env.fromData(
                                                List.of(MonitorRecords.drift()),
                                                TypeInformation.of(DriftReport.class))
                                        .uid("drift"),
                                env.fromData(
                                                List.of(MonitorRecords.alert()),
                                                TypeInformation.of(Alert.class))
                                        .uid("alerts"),
                                env.fromData(
                                                List.of(MonitorRecords.request()),
                                                TypeInformation.of(RetrainRequest.class))
                                        .uid("requests")),
                        new QualityFindings(
                                env.fromData(
                                                MonitorRecords.quality(),
                                                TypeInformation.of(QualityReport.class))
                                        .uid("quality"),
                                null));
        env.execute();
    }

    private SinkConfig config() {
        return new SinkConfig(
                "card-fraud",
                kafka.bootstrapServers(),
                Map.of(),
                SCORES,
                DEAD_LETTERS,
                DUPLICATES,
                SHADOWS,
                DRIFT,
                QUALITY,
                ALERTS,
                RETRAIN,
                List.of("TX_AMOUNT", "TX_DURING_NIGHT"),
                true,
                Guarantee.EXACTLY_ONCE,
                60_000);
    }

    private static List<Score> scores() {
        return List.of(
                score(origin(0, 0, "1"), "2026-03-02T08:15:00Z", "10", "1", 0.9, 250, 0, 4),
                score(origin(0, 1, "2"), "2026-03-02T08:45:00Z", "11", "1", 0.1, 12, Double.NaN, 6),
                score(origin(1, 0, "3"), "2026-03-02T09:05:00Z", "10", "1", 0.2, 80, 0, 8),
                score(origin(1, 1, "4"), "2026-03-03T00:30:00Z", "12", "2", 0.75, 300, 1, 20),
                score(origin(0, 2, "5"), "2026-03-03T00:40:00Z", "11", "1", 0.5, 40, 1, 10));
    }

    private static List<Shadow> shadows() {
        return scores().stream()
                .map(
                        answer ->
                                new Shadow(
                                        score(
                                                answer.origin(),
                                                Instant.ofEpochMilli(answer.eventTimeMillis())
                                                        .toString(),
                                                answer.entity(),
                                                "3",
                                                answer.value() / 2,
                                                0,
                                                0,
                                                1),
                                        answer.modelVersion(),
                                        answer.value(),
                                        answer.decision()))
                .toList();
    }

    private static List<DeadLetter> deadLetters() {
        return List.of(
                new DeadLetter(
                        origin(0, 3, "not json"),
                        "ingest",
                        DeadLetter.Reason.MALFORMED,
                        "the value is text; it must be a JSON object",
                        null),
                new DeadLetter(
                        new Origin(
                                TRANSACTIONS, 1, 2, millis("2026-03-03T01:00:00Z"), null, bytes()),
                        "inference",
                        DeadLetter.Reason.MODEL_FAILED,
                        "card-fraud/2 scored NaN; a score must be finite",
                        "7"));
    }

    private static List<Duplicate> duplicates() {
        return List.of(new Duplicate(origin(1, 3, "1"), "1", 0, 0));
    }

    /** A record whose bytes are its event id, for short. */
    private static Origin origin(int partition, long offset, String bytes) {
        return new Origin(
                TRANSACTIONS,
                partition,
                offset,
                millis("2026-03-03T01:00:00Z"),
                null,
                bytes.getBytes(UTF_8));
    }

    private static byte[] bytes() {
        return new byte[] {(byte) 0xFF, 0};
    }

    private static Score score(
            Origin origin,
            String eventTime,
            String entity,
            String version,
            double value,
            double amount,
            double duringNight,
            long latencyMillis) {
        return new Score(
                origin,
                new String(origin.bytes(), UTF_8),
                millis(eventTime),
                entity,
                Double.isNaN(duringNight) ? "" : "web",
                "card-fraud",
                version,
                "sha256:" + version,
                Score.Route.CHAMPION,
                value,
                List.of(Score.Output.ofNumbers("margin", new double[] {2 * value - 1})),
                value >= 0.5 ? "review" : "approve",
                new double[] {amount, duringNight},
                Double.isNaN(duringNight) ? new int[] {1} : new int[0],
                latencyMillis);
    }

    private static long millis(String time) {
        return Instant.parse(time).toEpochMilli();
    }
}
