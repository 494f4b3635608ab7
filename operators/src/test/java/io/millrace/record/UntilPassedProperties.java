package io.millrace.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class UntilPassedProperties {

    private record Row(long timeMillis, int number) {}

    private static final Comparator<Row> ORDER =
            Comparator.comparingLong(Row::timeMillis).thenComparingInt(Row::number);

    @Property
    void rowsLeaveInOrderAsSoonAsEventTimeHasPassedThem(
            @ForAll @Size(max = 60) List<@IntRange(min = 0, max = 9) Integer> aheadMillis,
            @ForAll @Size(max = 60) List<@IntRange(min = 0, max = 3) Integer> stepsMillis) {
        var waiting = new UntilPassed<>(Row::timeMillis, ORDER);
        var added = new ArrayList<Row>();
        var left = new ArrayList<Row>();
        long watermarkMillis = 0;
        for (int i = 0; i < aheadMillis.size(); i++) {
            // Never at or behind the watermark: nobody sends such a row.
            var row = new Row(watermarkMillis + 1 + aheadMillis.get(i), aheadMillis.size() - i);
            waiting.add(row);
            added.add(row);
            if (i < stepsMillis.size()) {
                watermarkMillis += stepsMillis.get(i);
                waiting.pass(watermarkMillis, left::add);
                long passedMillis = watermarkMillis;
                assertThat(left)
                        .hasSameElementsAs(
                                added.stream()
                                        .filter(each -> each.timeMillis() <= passedMillis)
                                        .toList());
            }
        }
        waiting.pass(Long.MAX_VALUE, left::add);
        added.sort(ORDER);
        assertThat(left).isEqualTo(added);
    }
}
