package io.millrace.jobs.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalKafkaITCase {
    @TempDir Path folder;

    @Test
    void aReaderOfCommittedRecordsSeesWhatWasCommittedAndNotWhatWasAborted() {
        try (var kafka = LocalKafka.start()) {
            kafka.createTopic("events", 1);

            transact(kafka, "first", true);
            transact(kafka, "second", false);
            transact(kafka, "third", true);

            assertThat(committed(kafka, 2)).containsExactly("first", "third");
        }
    }

    @Test
    void closingLeavesNoThreadNoPortAndNoFile() {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        Path files = folder.resolve("kafka");
        var kafka = LocalKafka.start(files, Map.of());
        kafka.createTopic("events", 3);
        assertThat(files).isDirectory();

        kafka.close();

        assertThat(nonDaemonThreadsSince(before)).isEmpty();
        assertThat(files).doesNotExist();
        int port = Integer.parseInt(kafka.bootstrapServers().replaceAll(".*:", ""));
        assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close())
                .isInstanceOf(ConnectException.class);
    }

    @Test
    void twoBrokersLiveSideBySideAndAThirdStartsAfterThem() {
        try (var one = LocalKafka.start();
                var other = LocalKafka.start()) {
            one.createTopic("events", 1);
            other.createTopic("events", 1);
            transact(one, "of one", true);
            transact(other, "of the other", true);

            assertThat(committed(one, 1)).containsExactly("of one");
            assertThat(committed(other, 1)).containsExactly("of the other");
        }
        try (var third = LocalKafka.start()) {
            third.createTopic("events", 1);
            transact(third, "of the third", true);

            assertThat(committed(third, 1)).containsExactly("of the third");
        }
    }

    @Test
    void aBrokerThatCannotStartLeavesNothingAndSaysWhy() {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        Path files = folder.resolve("kafka");

        assertThatThrownBy(
                        () -> LocalKafka.start(files, Map.of("num.network.threads", "no number")))
                .isInstanceOf(KafkaException.class)
                .hasMessageContaining("the local Kafka broker did not start")
                .hasMessageContaining("num.network.threads");

        assertThat(nonDaemonThreadsSince(before)).isEmpty();
        assertThat(files).doesNotExist();
    }

    @Test
    void aSecondTopicOfOneNameIsRefused() {
        try (var kafka = LocalKafka.start()) {
            kafka.createTopic("events", 1);

            assertThatThrownBy(() -> kafka.createTopic("events", 1))
                    .isInstanceOf(KafkaException.class)
                    .hasMessageContaining("topic events was not created");
        }
    }

    private static Set<String> nonDaemonThreadsSince(Set<Thread> before) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !before.contains(thread) && !thread.isDaemon())
                .map(Thread::getName)
                .collect(Collectors.toSet());
    }

    private static void transact(LocalKafka kafka, String value, boolean commit) {
        Map<String, Object> config =
                Map.of(
                        "bootstrap.servers",
                        kafka.bootstrapServers(),
                        "transactional.id",
                        "test",
                        "transaction.timeout.ms",
                        10_000);
        try (var producer =
                new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            var unused = producer.send(new ProducerRecord<>("events", value));
            producer.flush();
            if (commit) {
                producer.commitTransaction();
            } else {
                producer.abortTransaction();
            }
        }
    }

    /** Reads until {@code atLeast} values have come and the partition's end is reached. */
    private static List<String> committed(LocalKafka kafka, int atLeast) {
        Map<String, Object> config =
                Map.of(
                        "bootstrap.servers",
                        kafka.bootstrapServers(),
                        "isolation.level",
                        "read_committed");
        var partition = new TopicPartition("events", 0);
        var values = new ArrayList<String>();
        try (var consumer =
                new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            var ends = consumer.endOffsets(List.of(partition));
            while (values.size() < atLeast
                    || consumer.position(partition) < ends.getOrDefault(partition, 0L)) {
                consumer.poll(Duration.ofMillis(100)).forEach(r -> values.add(r.value()));
            }
        }
        return values;
    }
}
