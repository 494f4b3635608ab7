package io.millrace.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class LedgerTest {

    @Test
    void eachPartitionIsAnnouncedOnce() {
        List<String> opened = new ArrayList<>();
        var ledger = new Ledger(account -> opened.add(account.topic() + "-" + account.partition()));
        ledger.count("a", 0);
        ledger.count("a", 1);
        ledger.count("b", 0);
        ledger.count("a", 0);

        assertThat(opened).containsExactly("a-0", "a-1", "b-0");
    }

    @Property
    void sumsStayTheSameHoweverTheCountsAreSplitAndMerged(
            @ForAll @Size(max = 200) List<@IntRange(max = 11) Integer> records,
            @ForAll @IntRange(min = 1, max = 4) int before,
            @ForAll @IntRange(min = 1, max = 4) int after) {
        Map<String, Long> expected = new HashMap<>();
        List<Ledger> writers = ledgers(before);
        for (int i = 0; i < records.size(); i++) {
            String topic = records.get(i) % 2 == 0 ? "even" : "odd";
            writers.get(i % before).count(topic, records.get(i));
            expected.merge(topic + "-" + records.get(i), 1L, Long::sum);
        }

        List<Ledger> readers = ledgers(after);
        int next = 0;
        for (Ledger writer : writers) {
            for (PartitionCount count : writer.counts()) {
                readers.get(next++ % after).add(count);
            }
        }

        Map<String, Long> restored = new HashMap<>();
        for (Ledger reader : readers) {
            for (PartitionCount count : reader.counts()) {
                restored.merge(count.topic() + "-" + count.partition(), count.records(), Long::sum);
            }
        }
        assertThat(restored).isEqualTo(expected);
    }

    private static List<Ledger> ledgers(int count) {
        List<Ledger> ledgers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ledgers.add(new Ledger(account -> {}));
        }
        return ledgers;
    }
}
