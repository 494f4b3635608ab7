package io.millrace.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.spec.FeaturesSpec.From;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

/**
 * The formula of docs/operations.md: an entity's past takes, written, 8 bytes, and for each stream
 * 1 to 5 bytes, 6 for the first row's time, and for each row what its distance from the row before
 * and its values take, 7 bits of twice the number to a byte.
 */
class StateSizeTest {
    private static final long START_MILLIS = 1_532_476_800_000L;
    private static final PastLayout LAYOUT =
            new PastLayout(
                    List.of(
                            new PastLayout.LogLayout(
                                    "events",
                                    List.of(
                                            new PastLayout.Column("amount DECIMAL(10, 2)", false),
                                            new PastLayout.Column("speed DOUBLE", true)))));

    @Test
    void isWhatTheFormulaSays() throws IOException {
        long gapMillis = Duration.ofHours(7).toMillis();
        long cents = 5_000;
        for (int rows : new int[] {1, 100, 127, 128, 1_000}) {
            var past = LAYOUT.nothing();
            for (int row = 0; row < rows; row++) {
                past.log(0).insert(START_MILLIS + row * gapMillis, new long[] {cents, 7});
            }
            int formula =
                    Long.BYTES
                            + bytes(rows, 1)
                            + 6
                            + (rows - 1) * bytes(gapMillis, 2)
                            + rows * (bytes(cents, 2) + Double.BYTES);
            assertThat(written(past)).as("%d rows", rows).isEqualTo(formula);
        }
    }

    @Test
    void aLabelKeepsWhichEventItIsAbout() throws IOException {
        var windows =
                LogWindows.of(
                        List.of(
                                new Slotted<>(
                                        0, FeatureRows.average("terminal", From.LABELS, 1, 0))),
                        FeatureRows.LABEL_COLUMNS,
                        FeatureRows.LABEL_ID);
        var past = new PastLayout(List.of(windows.layout("labels"))).nothing();
        long gapMillis = 60_000;
        long transaction = 1_200_000;
        for (int row = 0; row < 100; row++) {
            var label = FeatureRows.label(0, 0, 1, 1, true, transaction + row).row();
            windows.learn(past.log(0), START_MILLIS + row * gapMillis, label);
        }
        int formula =
                Long.BYTES
                        + bytes(100, 1)
                        + 6
                        + 99 * bytes(gapMillis, 2)
                        + 100 * (bytes(1, 2) + bytes(transaction, 2));
        assertThat(written(past)).isEqualTo(formula);
    }

    /** The figure that the document gives for the reference pipeline. */
    @Test
    void aCustomerOfTheReferencePipelineTakesSomeSevenHundredBytes() throws IOException {
        var layout =
                new PastLayout(
                        List.of(
                                new PastLayout.LogLayout(
                                        "events",
                                        List.of(
                                                new PastLayout.Column(
                                                        "amount DECIMAL(10, 2)", false)))));
        var random = new Random(5);
        var past = layout.nothing();
        long time = START_MILLIS;
        for (int row = 0; row < 105; row++) {
            time +=
                    (long)
                            (-Math.log(1 - random.nextDouble())
                                    * Duration.ofDays(30).toMillis()
                                    / 105);
            past.log(0).insert(time, new long[] {random.nextInt(20_000)});
        }
        assertThat((double) written(past)).isCloseTo(700, within(20.0));
    }

    /** How many bytes a whole number takes, written 7 bits to a byte. */
    private static int bytes(long number, int factor) {
        int bits = Long.SIZE - Long.numberOfLeadingZeros(number * factor);
        return Math.max(1, (bits + 6) / 7);
    }

    private static int written(EntityPast past) throws IOException {
        var out = new DataOutputSerializer(64);
        new EntityPastSerializer(past.layout()).serialize(past, out);
        return out.length();
    }
}
