package io.millrace.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.jobs.simulator.LabelledSimulation;
import io.millrace.jobs.simulator.SimulatedLabel;
import io.millrace.jobs.simulator.SimulatedTransaction;
import io.millrace.jobs.simulator.SimulatorConfig;
import io.millrace.tests.Repository;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/** The history whose features and scores were computed in Python. */
final class GoldenHistoryTest {

    // As in jobs/pipelines/training/train.py.
    static final SimulatorConfig CONFIG =
            new SimulatorConfig(
                    7,
                    SimulatorConfig.START.toEpochMilli(),
                    50,
                    40,
                    60,
                    20,
                    0.25,
                    0.2,
                    Long.MAX_VALUE);

    @Test
    void theSimulatorStillMakesTheTransactionsAndLabelsThatWereScored() throws IOException {
        var transactions = new ArrayList<String>();
        var labels = new ArrayList<String>();
        new LabelledSimulation(CONFIG)
                .forEachRemaining(
                        record -> {
                            if (record instanceof SimulatedTransaction transaction) {
                                transactions.add(line(transaction));
                            } else if (record instanceof SimulatedLabel label) {
                                labels.add(line(label));
                            }
                        });

        assertThat(rows("transactions")).isEqualTo(transactions);
        assertThat(rows("labels")).isEqualTo(labels);
        assertThat(rows("expected")).hasSameSizeAs(transactions);
    }

    private static String line(SimulatedTransaction transaction) {
        return "%d,%s,%d,%d,%d.%02d"
                .formatted(
                        transaction.id(),
                        Instant.ofEpochMilli(transaction.eventTimeMillis()),
                        transaction.customerId(),
                        transaction.terminalId(),
                        transaction.amountCents() / 100,
                        transaction.amountCents() % 100);
    }

    private static String line(SimulatedLabel label) {
        return "%d,%s,%d,%d,%s"
                .formatted(
                        label.transactionId(),
                        Instant.ofEpochMilli(label.eventTimeMillis()),
                        label.customerId(),
                        label.terminalId(),
                        label.fraud());
    }

    /** The file's lines after its header. */
    static List<String> rows(String name) throws IOException {
        var file = Repository.path("tests/src/test/resources/golden/" + name + ".csv.gz");
        try (var reader =
                new BufferedReader(
                        new InputStreamReader(
                                new GZIPInputStream(Files.newInputStream(file)),
                                StandardCharsets.UTF_8))) {
            return reader.lines().skip(1).toList();
        }
    }
}
