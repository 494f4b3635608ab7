package io.millrace.jobs.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.jobs.simulator.BadRecords.BadRecord;
import io.millrace.jobs.simulator.BadRecords.Fault;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BadRecordsTest {
    private final SimulatedJson json = new SimulatedJson();

    @Test
    void equalSeedsGiveEqualRows() {
        assertThat(following(new BadRecords(7, 0.1)))
                .usingRecursiveComparison()
                .isEqualTo(following(new BadRecords(7, 0.1)));
    }

    @Test
    void asManyAreBadAsWereAskedForAndOfEveryFault() {
        var counts = new EnumMap<Fault, Integer>(Fault.class);
        for (var bad : following(new BadRecords(7, 0.1))) {
            counts.merge(bad.fault(), 1, Integer::sum);
        }

        assertThat(counts).containsOnlyKeys(Fault.values());
        assertThat(counts.values()).allSatisfy(count -> assertThat(count).isBetween(200, 300));
    }

    @Test
    void noneIsBadWhereNoneWasAskedFor() {
        assertThat(following(new BadRecords(7, 0))).isEmpty();
    }

    @Test
    void everyGoodRowIsFollowedWhereAllWereAskedFor() {
        assertThat(following(new BadRecords(7, 1))).hasSize(10_000);
    }

    @Test
    void aDuplicateIsTheRowBeforeItOnceMore() {
        var simulator = new TransactionSimulator(config());
        var badRecords = new BadRecords(7, 1);
        int duplicates = 0;
        while (simulator.hasNext()) {
            var good = simulator.next();
            var bad = badRecords.after(good);
            if (bad != null && bad.fault() == Fault.DUPLICATE) {
                assertThat(bad.json()).isEqualTo(json.encode(good));
                duplicates++;
            }
        }

        assertThat(duplicates).isPositive();
    }

    @Test
    void aShareThatIsNoneIsRefused() {
        assertThatThrownBy(() -> new BadRecords(7, 1.5))
                .hasMessage("share is 1.5; it must be between 0 and 1");
        assertThatThrownBy(() -> new BadRecords(7, Double.NaN))
                .hasMessage("share is NaN; it must be between 0 and 1");
    }

    @Test
    void aBrokenContractIsStillWholeJson() {
        assertThat(following(new BadRecords(7, 1)))
                .filteredOn(bad -> bad.fault() == Fault.CONTRACT_BROKEN)
                .allSatisfy(
                        bad ->
                                assertThat(new String(bad.json(), StandardCharsets.UTF_8))
                                        .startsWith("{")
                                        .endsWith("}")
                                        .matches(".*(\"amount\":-|\"terminal\":).*"));
    }

    private static SimulatorConfig config() {
        return SimulatorConfig.ofTransactions(7, 60, 10_000);
    }

    private static List<BadRecord> following(BadRecords badRecords) {
        var bad = new ArrayList<BadRecord>();
        var simulator = new TransactionSimulator(config());
        while (simulator.hasNext()) {
            var after = badRecords.after(simulator.next());
            if (after != null) {
                bad.add(after);
            }
        }
        return bad;
    }
}
