package io.millrace.sink;

import io.millrace.spec.KafkaSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;

/**
 * What became of the transactions that a restored checkpoint counts as written.
 *
 * <p>A checkpoint is complete before its transactions are committed. When the job dies in between
 * and comes back after the transaction timeout, the broker has aborted them, and the connector goes
 * on with a warning that harmless recoveries print too. The broker remembers what it did, so it is
 * asked.
 *
 * <p>The connector names the transaction of a subtask after the checkpoint that it belongs to,
 * {@code PREFIX-SUBTASK-CHECKPOINT}. Where a subtask took no part in the checkpoints in between,
 * its records are in an earlier transaction, and those that were left out are empty.
 */
final class RestoredTransactions {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private RestoredTransactions() {}

    /**
     * Refuses to go on where results are lost.
     *
     * @throws LostTransactionsException naming the lost transactions
     * @throws BrokerException when the broker does not say
     */
    static void requireCommitted(SinkConfig config, long checkpoint) {
        var kafka = new KafkaSpec(config.bootstrapServers(), config.properties());
        List<String> lost;
        try (var broker = Broker.connect(kafka, PATIENCE)) {
            String prefix = config.transactionalIdPrefix() + "-";
            lost = lost(broker.transactions(prefix), prefix, checkpoint);
        }
        if (!lost.isEmpty()) {
            throw new LostTransactionsException(
                    lost, checkpoint, Duration.ofMillis(config.transactionTimeoutMillis()));
        }
    }

    /** The ids of transactions that held the checkpoint's records and were aborted. */
    static List<String> lost(
            Collection<TransactionListing> transactions, String prefix, long checkpoint) {
        Map<String, NavigableMap<Long, TransactionState>> bySubtask = new HashMap<>();
        for (TransactionListing transaction : transactions) {
            String[] name = transaction.transactionalId().substring(prefix.length()).split("-", -1);
            if (name.length == 2 && isNumber(name[0]) && isNumber(name[1])) {
                bySubtask
                        .computeIfAbsent(name[0], subtask -> new TreeMap<>())
                        .put(Long.valueOf(name[1]), transaction.state());
            }
        }
        var lost = new ArrayList<String>();
        bySubtask.forEach(
                (subtask, states) -> {
                    // A subtask without one had no part in this checkpoint: the job was wider once.
                    if (states.containsKey(checkpoint)) {
                        long last = lastWithRecords(states, checkpoint);
                        if (states.get(last) == TransactionState.COMPLETE_ABORT) {
                            lost.add(prefix + subtask + "-" + last);
                        }
                    }
                });
        lost.sort(null);
        return lost;
    }

    private static long lastWithRecords(
            NavigableMap<Long, TransactionState> states, long checkpoint) {
        return states.headMap(checkpoint, true).descendingMap().entrySet().stream()
                .filter(entry -> entry.getValue() != TransactionState.EMPTY)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(checkpoint);
    }

    private static boolean isNumber(String text) {
        return !text.isEmpty()
                && text.length() < 19
                && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
