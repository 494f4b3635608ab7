package io.millrace.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.record.Received;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Nothing that arrives is an exception, whatever the format. */
class ReceivedDeserializerProperties {
    private final Decoding json = new Decoding("json");
    private final Decoding csv = new Decoding("csv");
    private final Decoding avro = new Decoding("avro");

    ReceivedDeserializerProperties() throws Exception {}

    @Property(tries = 2_000)
    void randomBytesAreARowOrAProblem(@ForAll @Size(max = 200) byte[] bytes) throws Exception {
        assertIsOneOfBoth(json.received(bytes), bytes);
        assertIsOneOfBoth(csv.received(bytes), bytes);
        assertIsOneOfBoth(avro.received(bytes), bytes);
    }

    @Property(tries = 5_000)
    void aDamagedRowIsARowOrAProblemAndTheNextRowIsItself(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 6) int damages) throws Exception {
        damaged(json, JSON.getBytes(StandardCharsets.UTF_8), new Random(seed), damages);
        damaged(csv, CSV.getBytes(StandardCharsets.UTF_8), new Random(seed), damages);
        damaged(avro, ReceivedDeserializerTest.avro(7, "hello"), new Random(seed), damages);
    }

    @Property(tries = 1_000)
    void randomTextIsARowOrAProblem(@ForAll String text) throws Exception {
        Assume.that(!text.isEmpty());
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        assertIsOneOfBoth(json.received(bytes), bytes);
        assertIsOneOfBoth(csv.received(bytes), bytes);
    }

    private static final String JSON =
            "{\"id\": 7, \"at\": \"2018-07-01T00:00:00Z\", \"amount\": 3.10, \"fraud\": true,"
                    + " \"note\": \"hello\"}";
    private static final String CSV = "7,2018-07-01 00:00:00Z,3.10,true,hello";

    private static void damaged(Decoding decoding, byte[] good, Random random, int damages)
            throws Exception {
        byte[] bad = good.clone();
        for (int i = 0; i < damages; i++) {
            bad = damage(bad, random);
        }
        assertIsOneOfBoth(decoding.received(bad), bad);
        Received next = decoding.received(good);
        assertThat(next.problem()).isNull();
        assertThat(next.row())
                .isNotNull()
                .satisfies(row -> assertThat(row.getLong(0)).isEqualTo(7));
    }

    private static byte[] damage(byte[] bytes, Random random) {
        if (bytes.length == 0) {
            return new byte[] {(byte) random.nextInt()};
        }
        int at = random.nextInt(bytes.length);
        byte[] damaged;
        switch (random.nextInt(3)) {
            case 0 -> {
                damaged = bytes.clone();
                damaged[at] = (byte) random.nextInt();
            }
            case 1 -> damaged = java.util.Arrays.copyOf(bytes, at);
            default -> {
                damaged = java.util.Arrays.copyOf(bytes, bytes.length + 1);
                System.arraycopy(bytes, at, damaged, at + 1, bytes.length - at);
                damaged[at] = (byte) random.nextInt();
            }
        }
        return damaged;
    }

    private static void assertIsOneOfBoth(Received received, byte[] bytes) {
        assertThat(received.row() == null).isEqualTo(received.problem() != null);
        assertThat(received.row() == null).isEqualTo(received.reason() != null);
        assertThat(received.row() == null)
                .isEqualTo(received.eventTimeMillis() == Received.NO_EVENT_TIME);
        assertThat(received.origin().bytes()).isEqualTo(bytes);
    }
}
