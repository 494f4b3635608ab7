package io.millrace.features;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

class EntityPastSerializerTest {
    private static final PastLayout LAYOUT =
            new PastLayout(
                    List.of(
                            new PastLayout.LogLayout(
                                    "events",
                                    List.of(
                                            new PastLayout.Column("amount DECIMAL(10, 2)", false),
                                            new PastLayout.Column("speed DOUBLE", true))),
                            new PastLayout.LogLayout(
                                    "labels",
                                    List.of(new PastLayout.Column("fraud BOOLEAN", false)))));

    @Test
    void whatVersion1WroteIsStillRead() throws IOException {
        var snapshot =
                TypeSerializerSnapshot.<EntityPast>readVersionedSnapshot(
                        new DataInputDeserializer(fixture("entity-past-v1-snapshot.hex")),
                        getClass().getClassLoader());
        var serializer = snapshot.restoreSerializer();

        var past = serializer.deserialize(new DataInputDeserializer(fixture("entity-past-v1.hex")));

        assertThat(words(past)).isEqualTo(words(sample()));
        assertThat(
                        new EntityPastSerializer(LAYOUT)
                                .snapshotConfiguration()
                                .resolveSchemaCompatibility(snapshot)
                                .isCompatibleAsIs())
                .isTrue();
    }

    @Test
    void version1IsWrittenAsItWas() throws IOException {
        var serializer = new EntityPastSerializer(LAYOUT);
        assertThat(bytes(serializer, sample())).isEqualTo(fixture("entity-past-v1.hex"));
        var out = new DataOutputSerializer(64);
        TypeSerializerSnapshot.writeVersionedSnapshot(out, serializer.snapshotConfiguration());
        assertThat(out.getCopyOfBuffer()).isEqualTo(fixture("entity-past-v1-snapshot.hex"));
    }

    @Test
    void aPastOfAnotherLayoutKeepsWhatBothKnow() throws IOException {
        var written =
                new PastLayout(
                        List.of(
                                new PastLayout.LogLayout(
                                        "labels",
                                        List.of(
                                                new PastLayout.Column("disputed BOOLEAN", false),
                                                new PastLayout.Column("fraud BOOLEAN", false))),
                                new PastLayout.LogLayout(
                                        "events",
                                        List.of(
                                                new PastLayout.Column("fee INTEGER", false),
                                                new PastLayout.Column(
                                                        "amount DECIMAL(10, 2)", false)))));
        var past = written.nothing();
        past.log(0).insert(5, new long[] {1, 0});
        past.log(0).insert(6, new long[] {0, 1});
        past.log(1).insert(7, new long[] {12, 4077});
        past.log(1).insert(8, new long[] {13, -1});
        past.expiresAt(99);
        var now = new EntityPastSerializer(LAYOUT);
        var before = new EntityPastSerializer(written);

        assertThat(
                        now.snapshotConfiguration()
                                .resolveSchemaCompatibility(before.snapshotConfiguration())
                                .isCompatibleAfterMigration())
                .isTrue();
        var old = before.deserialize(new DataInputDeserializer(bytes(before, past)));
        var migrated = now.deserialize(new DataInputDeserializer(bytes(now, old)));
        long nan = bits(Double.NaN);
        assertThat(words(migrated))
                .containsExactly(
                        "expires 99", "0 7 4077 " + nan, "0 8 -1 " + nan, "1 5 0", "1 6 1");
        assertThat(words(LAYOUT.adopt(old))).isEqualTo(words(migrated));
        assertThat(LAYOUT.adopt(migrated)).isSameAs(migrated);
    }

    @Test
    void aStreamThatIsNewHasNoRowsAndOneThatIsGoneIsDropped() throws IOException {
        var events = new PastLayout(LAYOUT.logs().subList(0, 1));
        var labels = new PastLayout(LAYOUT.logs().subList(1, 2));
        var past = events.nothing();
        past.log(0).insert(7, new long[] {1, 2});

        var adopted = labels.adopt(past);

        assertThat(adopted.logs()).isOne();
        assertThat(adopted.isEmpty()).isTrue();
    }

    @Property(tries = 200)
    void whatIsWrittenIsRead(@ForAll List<Long> times, @ForAll long value, @ForAll double floating)
            throws IOException {
        var past = LAYOUT.nothing();
        for (long timeMillis : times) {
            past.log(0)
                    .insert(timeMillis, new long[] {value, Double.doubleToRawLongBits(floating)});
        }
        past.expiresAt(value);
        var serializer = new EntityPastSerializer(LAYOUT);
        var read = serializer.deserialize(new DataInputDeserializer(bytes(serializer, past)));
        assertThat(words(read)).isEqualTo(words(past));
        assertThat(words(serializer.copy(past))).isEqualTo(words(past));
    }

    private static EntityPast sample() {
        var past = LAYOUT.nothing();
        past.log(0).insert(1_532_476_829_000L, new long[] {4077, bits(1.5)});
        past.log(0).insert(1_532_476_868_000L, new long[] {-962, bits(-0.25)});
        past.log(0).insert(1_532_476_829_000L, new long[] {Long.MAX_VALUE, bits(Double.NaN)});
        past.log(1).insert(-5, new long[] {1});
        past.log(1).insert(7, new long[] {0});
        past.expiresAt(1_535_068_868_000L);
        return past;
    }

    private static long bits(double value) {
        return Double.doubleToRawLongBits(value);
    }

    private static List<String> words(EntityPast past) {
        var words = new ArrayList<String>();
        words.add("expires " + past.expiryMillis());
        for (int i = 0; i < past.logs(); i++) {
            RowLog log = past.log(i);
            for (int row = log.first(); row < log.end(); row++) {
                var text = new StringBuilder().append(i).append(' ').append(log.timeMillis(row));
                for (int column = 0; column < log.columns(); column++) {
                    text.append(' ').append(log.value(row, column));
                }
                words.add(text.toString());
            }
        }
        return words;
    }

    private static byte[] bytes(EntityPastSerializer serializer, EntityPast past)
            throws IOException {
        var out = new DataOutputSerializer(64);
        serializer.serialize(past, out);
        return out.getCopyOfBuffer();
    }

    private static byte[] fixture(String name) throws IOException {
        try (var in = EntityPastSerializerTest.class.getResourceAsStream("/features/" + name)) {
            assertThat(in).as(name).isNotNull();
            var hex = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            return HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
        }
    }
}
