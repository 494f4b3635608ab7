package io.millrace.tests.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.tests.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.logging.log4j.ThreadContext;
import org.apache.logging.log4j.core.LoggerContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code flink-conf/log4j.properties} writes what a reader of a cluster's log needs. */
class LoggingTest {

    @TempDir private Path folder;

    @AfterEach
    void forgetTheFile() {
        System.clearProperty("log.file");
        ThreadContext.clearAll();
    }

    @Test
    void aLineSaysWhenAndForWhichJobAndKafkaIsQuiet() throws IOException {
        Path file = folder.resolve("taskmanager.log");
        System.setProperty("log.file", file.toString());
        var context = new LoggerContext("cluster");
        context.setConfigLocation(Repository.path("flink-conf/log4j.properties").toUri());
        context.start();
        try {
            ThreadContext.put("flink-job-id", "0f0f");
            context.getLogger("io.millrace.inference.ModelHost").info("card-fraud/1 is loaded");
            context.getLogger("org.apache.kafka.clients.producer.ProducerConfig").info("acks = -1");
        } finally {
            context.stop();
        }
        assertThat(Files.readString(file))
                .matches(
                        "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z INFO  \\[0f0f\\]"
                                + " i\\.m\\.i\\.ModelHost - card-fraud/1 is loaded\n");
    }
}
