package io.millrace.benchmarks;

import io.millrace.jobs.simulator.LabelledSimulation;
import io.millrace.jobs.simulator.SimulatedLabel;
import io.millrace.jobs.simulator.SimulatedRecord;
import io.millrace.jobs.simulator.SimulatedTransaction;
import io.millrace.jobs.simulator.SimulatorConfig;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Four months of card transactions and their labels, in the columns of {@code
 * jobs/pipelines/card-fraud.yaml}: CSV, in event-time order.
 *
 * @param described where it comes from
 * @param transactions the file of transactions
 * @param labels the file of labels
 * @param rows how many transactions there are
 */
record CardHistory(String described, Path transactions, Path labels, long rows) {
    private static final String TRANSACTIONS =
            "transaction_id,tx_time,customer_id,terminal_id,amount\n";
    private static final String LABELS =
            "transaction_id,label_time,customer_id,terminal_id,fraud\n";
    private static final long SEED = 42;
    private static final int DAYS = 122;
    private static final int CUSTOMERS = 5_000;

    /**
     * Writes it.
     *
     * @param data the folder that holds the published benchmark; null to simulate as much
     */
    static CardHistory in(Path folder, @Nullable Path data) throws IOException {
        Path transactions = folder.resolve("transactions.csv");
        Path labels = folder.resolve("labels.csv");
        try (var events = Files.newBufferedWriter(transactions);
                var truths = Files.newBufferedWriter(labels)) {
            events.write(TRANSACTIONS);
            truths.write(LABELS);
            return data == null
                    ? new CardHistory(
                            "%,d simulated customers over %d days".formatted(CUSTOMERS, DAYS),
                            transactions,
                            labels,
                            simulate(events, truths))
                    : new CardHistory(
                            "the published benchmark's four months",
                            transactions,
                            labels,
                            publish(data.resolve("fraud"), events, truths));
        }
    }

    private static long simulate(BufferedWriter events, BufferedWriter truths) throws IOException {
        long rows = 0;
        var history = new LabelledSimulation(SimulatorConfig.ofCustomers(SEED, DAYS, CUSTOMERS));
        while (history.hasNext()) {
            SimulatedRecord record = history.next();
            if (record instanceof SimulatedTransaction transaction) {
                rows++;
                events.write(
                        String.format(
                                Locale.ROOT,
                                "%d,%s,%d,%d,%d.%02d%n",
                                transaction.id(),
                                Instant.ofEpochMilli(transaction.eventTimeMillis()),
                                transaction.customerId(),
                                transaction.terminalId(),
                                transaction.amountCents() / 100,
                                transaction.amountCents() % 100));
            } else if (record instanceof SimulatedLabel label) {
                truths.write(
                        "%d,%s,%d,%d,%s%n"
                                .formatted(
                                        label.transactionId(),
                                        Instant.ofEpochMilli(label.eventTimeMillis()),
                                        label.customerId(),
                                        label.terminalId(),
                                        label.fraud()));
            }
        }
        return rows;
    }

    private static long publish(Path fraud, BufferedWriter events, BufferedWriter truths)
            throws IOException {
        long rows = 0;
        for (Path month : months(fraud, "transactions")) {
            try (var lines = lines(month)) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    String[] cells = line.split(",", 6);
                    // The pipeline's contract refuses an amount of nothing; pandas would not.
                    if (Double.parseDouble(cells[4]) > 0) {
                        events.write(String.join(",", List.of(cells).subList(0, 5)) + "\n");
                        rows++;
                    }
                }
            }
        }
        for (Path month : months(fraud, "labels")) {
            try (var lines = lines(month)) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    String[] cells = line.split(",", 5);
                    boolean isFraud = cells[4].equals("1");
                    truths.write(
                            "%s,%s,%s,%s,%s%n"
                                    .formatted(cells[1], cells[0], cells[2], cells[3], isFraud));
                }
            }
        }
        return rows;
    }

    /** By their names, which is by time. */
    private static List<Path> months(Path folder, String name) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return new ArrayList<>(
                    files.filter(file -> file.getFileName().toString().startsWith(name + "-"))
                            .sorted()
                            .toList());
        }
    }

    /** Those after the header. */
    private static BufferedReader lines(Path file) throws IOException {
        var lines =
                new BufferedReader(
                        new InputStreamReader(
                                new GZIPInputStream(Files.newInputStream(file)),
                                StandardCharsets.UTF_8));
        lines.readLine();
        return lines;
    }
}
