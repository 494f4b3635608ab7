package io.millrace.jobs.simulator;

import java.io.BufferedOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Prints a simulation as CSV, for training: {@code SimulatorCsv SEED DAYS CUSTOMERS [TERMINALS
 * REACH TERMINALS_COMPROMISED_PER_DAY CUSTOMERS_COMPROMISED_PER_DAY]}.
 */
public final class SimulatorCsv {
    private static final String HEADER =
            "transaction_id,tx_time_millis,customer_id,terminal_id,amount_cents,fraud,scenario";

    private SimulatorCsv() {}

    /** Exits with 2 where the arguments are not those above. */
    public static void main(String[] args) {
        SimulatorConfig config;
        try {
            config = config(args);
        } catch (IllegalArgumentException e) {
            System.err.printf(
                    "the arguments are '%s' (%s); they must be SEED DAYS CUSTOMERS [TERMINALS REACH"
                            + " TERMINALS_COMPROMISED_PER_DAY CUSTOMERS_COMPROMISED_PER_DAY]%n",
                    String.join(" ", args), e.getMessage());
            System.exit(2);
            return;
        }
        var out =
                new PrintStream(
                        new BufferedOutputStream(System.out, 1 << 16),
                        false,
                        StandardCharsets.US_ASCII);
        print(config, out);
        if (out.checkError()) {
            System.err.println("the CSV could not be written; the output must take all of it");
            System.exit(1);
        }
    }

    static void print(SimulatorConfig config, PrintStream out) {
        out.print(HEADER + "\n");
        var line = new StringBuilder();
        var transactions = new TransactionSimulator(config);
        while (transactions.hasNext()) {
            var transaction = transactions.next();
            line.setLength(0);
            line.append(transaction.id())
                    .append(',')
                    .append(transaction.eventTimeMillis())
                    .append(',')
                    .append(transaction.customerId())
                    .append(',')
                    .append(transaction.terminalId())
                    .append(',')
                    .append(transaction.amountCents())
                    .append(transaction.fraud() ? ",1," : ",0,")
                    .append(transaction.scenario())
                    .append('\n');
            out.append(line);
        }
    }

    private static SimulatorConfig config(String[] args) {
        if (args.length != 3 && args.length != 7) {
            throw new IllegalArgumentException("there are " + args.length);
        }
        var config =
                SimulatorConfig.ofCustomers(
                        Long.parseLong(args[0]),
                        Integer.parseInt(args[1]),
                        Integer.parseInt(args[2]));
        if (args.length == 3) {
            return config;
        }
        return new SimulatorConfig(
                config.seed(),
                config.startMillis(),
                config.days(),
                config.customers(),
                Integer.parseInt(args[3]),
                Integer.parseInt(args[4]),
                Double.parseDouble(args[5]),
                Double.parseDouble(args[6]),
                config.transactionsMax());
    }
}
