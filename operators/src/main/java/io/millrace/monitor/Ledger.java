package io.millrace.monitor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Counts records by input partition.
 *
 * <p>Counts only add up: the sum over all ledgers of a fate is the same however their counts are
 * split and merged.
 */
final class Ledger {
    private final Map<String, Map<Integer, Account>> accounts = new LinkedHashMap<>();
    private final Consumer<Account> opened;

    /** Records come in runs from one partition, so the last account is mostly the next. */
    private @Nullable Account last;

    /**
     * @param opened is told of each partition's account when its first record, or its restored
     *     count, comes
     */
    Ledger(Consumer<Account> opened) {
        this.opened = opened;
    }

    /** One partition's count. */
    static final class Account {
        private final String topic;
        private final int partition;
        private long records;

        private Account(String topic, int partition) {
            this.topic = topic;
            this.partition = partition;
        }

        String topic() {
            return topic;
        }

        int partition() {
            return partition;
        }

        long records() {
            return records;
        }
    }

    void count(String topic, int partition) {
        account(topic, partition).records++;
    }

    void add(PartitionCount count) {
        account(count.topic(), count.partition()).records += count.records();
    }

    List<PartitionCount> counts() {
        List<PartitionCount> counts = new ArrayList<>();
        for (Map<Integer, Account> partitions : accounts.values()) {
            for (Account account : partitions.values()) {
                counts.add(new PartitionCount(account.topic, account.partition, account.records));
            }
        }
        return counts;
    }

    private Account account(String topic, int partition) {
        if (last == null || last.partition != partition || !last.topic.equals(topic)) {
            last = find(topic, partition);
        }
        return last;
    }

    private Account find(String topic, int partition) {
        Map<Integer, Account> partitions =
                accounts.computeIfAbsent(topic, t -> new LinkedHashMap<>());
        Account account = partitions.get(partition);
        if (account == null) {
            account = new Account(topic, partition);
            partitions.put(partition, account);
            opened.accept(account);
        }
        return account;
    }
}
