package io.millrace.benchmarks;

import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The rows that the scoring benchmarks read. */
enum ScoringInput {
    /** JSON with the 15 numbers that the models of card fraud take. */
    TRANSACTIONS("/scoring.yaml", "json", "") {
        @Override
        byte[] encode(int row) {
            return ScoringRows.encode(row);
        }
    },
    /** The same rows, of which only some numbers are read: the others are windows'. */
    WINDOWED_TRANSACTIONS("/windows.yaml", "json", "") {
        @Override
        byte[] encode(int row) {
            return ScoringRows.encode(row);
        }

        /** One that is an hour later: the last rows wait for event time to pass them. */
        @Override
        int closing() {
            return 3_600_000;
        }
    },
    /** JSON with an array of 784 numbers. */
    IMAGES("/images.yaml", "json", "ARRAY<FLOAT NOT NULL> NOT NULL") {
        @Override
        byte[] encode(int row) {
            return ImageRows.json(row);
        }
    },
    /** Avro with 784 floats as bytes. */
    BINARY_IMAGES("/images.yaml", "avro", "BYTES NOT NULL") {
        @Override
        byte[] encode(int row) {
            return ImageRows.avro(row);
        }
    };

    private final String pipeline;
    private final String format;
    private final String data;

    ScoringInput(String pipeline, String format, String data) {
        this.pipeline = pipeline;
        this.format = format;
        this.data = data;
    }

    abstract byte[] encode(int row);

    /** How far after the last row another one follows, which is not waited for; 0 for none. */
    int closing() {
        return 0;
    }

    /** The file of the pipeline that scores these rows. */
    String pipeline() {
        return pipeline;
    }

    String format() {
        return format;
    }

    /** The SQL type of the numbers, where they are one column. */
    String data() {
        return data;
    }

    String topic() {
        return "bench-" + TypedName.of(this);
    }

    // A record that was not written is missed by whoever counts them.
    @SuppressWarnings("FutureReturnValueIgnored")
    void publish(String bootstrapServers, int rows) {
        Map<String, Object> properties =
                Map.of(
                        "bootstrap.servers",
                        bootstrapServers,
                        "linger.ms",
                        20,
                        "batch.size",
                        262_144);
        try (var producer =
                new KafkaProducer<>(
                        properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int row = 0; row < rows; row++) {
                producer.send(new ProducerRecord<>(topic(), encode(row)));
            }
            if (closing() > 0) {
                producer.send(new ProducerRecord<>(topic(), encode(rows + closing())));
            }
        }
    }
}
