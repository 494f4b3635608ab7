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
    void aSavepointThatKeptOtherColumnsIsRefused() {
        var other =
                new PastLayout(
                        List.of(
                                new PastLayout.LogLayout(
                                        "events",
                                        List.of(new PastLayout.Column("fee INTEGER", false)))));
        assertThat(
                        new EntityPastSerializer(LAYOUT)
                                .snapshotConfiguration()
                                .resolveSchemaCompatibility(
                                        new EntityPastSerializer(other).snapshotConfiguration())
                                .isIncompatible())
                .isTrue();
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
