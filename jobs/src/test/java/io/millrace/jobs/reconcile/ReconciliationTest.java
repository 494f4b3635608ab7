package io.millrace.jobs.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ReconciliationTest {

    @Test
    void aSoundPipelineIsOneTableAndOneSentence() {
        var fates = fates("transactions-0", 1_200);
        for (long offset = 0; offset < 1_200; offset++) {
            fates.answered(offset, fateOf(offset));
        }
        var reconciliation = new Reconciliation(List.of(fates.result(10)));

        assertThat(reconciliation.holds()).isTrue();
        assertThat(reconciliation.render().lines())
                .containsExactly(
                        "partition          in  scored  dead-lettered  duplicate  waiting  missing "
                                + " doubled  unknown",
                        "transactions-0  1,200   1,080             60         60        0        0 "
                                + "       0        0",
                        "",
                        "1,200 in = 1,080 scored + 60 dead-lettered + 60 duplicate; nothing"
                                + " missing, nothing doubled");
    }

    @Test
    void whatIsWrongIsNamedByItsOffsets() {
        var fates = fates("transactions-0", 100);
        for (long offset = 0; offset < 100; offset++) {
            if (offset != 7 && (offset < 20 || offset > 29)) {
                fates.answered(offset, Fate.SCORED);
            }
        }
        fates.answered(40, Fate.DEAD_LETTERED);
        fates.answered(41, Fate.SCORED);
        fates.answered(41, Fate.SCORED);
        var reconciliation = new Reconciliation(List.of(fates.result(10)));

        assertThat(reconciliation.holds()).isFalse();
        assertThat(reconciliation.render().lines())
                .contains(
                        "transactions-0 missing: 7, 20–29",
                        "transactions-0 doubled: 40–41",
                        "100 in = 91 scored + 1 dead-lettered + 0 duplicate + 11 missing - 3"
                                + " doubled; 11 missing, 3 doubled");
    }

    @Test
    void whatWaitsIsNotMissing() {
        var fates = fates("transactions-0", 10);
        for (long offset = 0; offset < 7; offset++) {
            fates.answered(offset, Fate.SCORED);
        }
        assertThat(fates.missingSpan()).isEqualTo(new OffsetRange(7, 9));
        assertThat(fates.isMissing(9)).isTrue();
        fates.waits(8);
        fates.waits(9);
        var reconciliation = new Reconciliation(List.of(fates.result(10)));

        assertThat(fates.isMissing(9)).isFalse();
        assertThat(reconciliation.holds()).isFalse();
        assertThat(reconciliation.render().lines())
                .contains(
                        "transactions-0 missing: 7",
                        "10 in = 7 scored + 0 dead-lettered + 0 duplicate + 2 waiting + 1 missing;"
                                + " 1 missing, nothing doubled");
    }

    @Test
    void manyRangesAreCutShort() {
        var fates = fates("transactions-0", 100);
        for (long offset = 0; offset < 100; offset += 2) {
            fates.answered(offset, Fate.SCORED);
        }

        assertThat(new Reconciliation(List.of(fates.result(3))).render().lines())
                .contains("transactions-0 missing: 1, 3, 5, and more");
    }

    private static PartitionFates fates(String name, long records) {
        var fates = new PartitionFates(name, 0, records);
        for (long offset = 0; offset < records; offset++) {
            fates.read(offset);
        }
        return fates;
    }

    private static Fate fateOf(long offset) {
        return offset % 20 == 3
                ? Fate.DEAD_LETTERED
                : offset % 20 == 4 ? Fate.DUPLICATE : Fate.SCORED;
    }
}
