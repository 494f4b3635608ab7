package io.millrace.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.jspecify.annotations.Nullable;

class EncoderProperties {
    private static final DateTimeFormatter ISO =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private final ScoreEncoder scores;
    private final DeadLetterEncoder deadLetters;
    private final IsoTime isoTime = new IsoTime();

    EncoderProperties() throws IOException {
        scores = new ScoreEncoder(Records.CONFIG);
        deadLetters = new DeadLetterEncoder(Records.CONFIG);
    }

    /** Any bits: subnormal numbers, both zeros, infinities and every NaN among them. */
    @Property
    void aNumberReadsBackToTheSameBits(@ForAll long bits) throws IOException {
        double value = Double.longBitsToDouble(bits);
        if (Double.isNaN(value)) {
            assertThat(readBack(value)).isNull();
        } else {
            assertThat(Double.doubleToRawLongBits(Double.parseDouble(readBack(value) + "")))
                    .isEqualTo(bits);
        }
    }

    @Property
    void aWholeNumberIsWrittenAsTheJdkWritesIt(
            @ForAll @IntRange(min = -20_000_000, max = 20_000_000) int whole) throws IOException {
        assertThat(readBack(whole)).isEqualTo((double) whole);
        assertThat(
                        new String(
                                scores.apply(Records.score("1", "2", 0.5, whole, -0.0)).value(),
                                UTF_8))
                .contains("\"TX_AMOUNT\":" + (double) whole + ",\"TX_DURING_NIGHT\":-0.0}");
    }

    private @Nullable Object readBack(double value) throws IOException {
        return Records.parse(scores.apply(Records.score("1", "2", 0.5, value, 0)).value())
                .get("features.TX_AMOUNT");
    }

    @Property
    void anyTextCanBeWritten(@ForAll("anyText") String id, @ForAll("anyText") String entity)
            throws IOException {
        var fields = Records.parse(scores.apply(Records.score(id, entity, 0.5, 1, 0)).value());

        assertThat(fields)
                .containsEntry("event_id", replaceLoneSurrogates(id))
                .containsEntry("entity", replaceLoneSurrogates(entity));
    }

    @Property
    void aTimeIsWrittenAsTheJdkWritesIt(
            @ForAll @LongRange(min = -62_167_219_200_000L, max = 253_402_300_799_999L)
                    long epochMillis) {
        assertThat(new String(isoTime.apply(epochMillis), UTF_8))
                .isEqualTo(ISO.format(Instant.ofEpochMilli(epochMillis)));
    }

    @Property
    void aTimeOutsideFourDigitYearsCanStillBeRead(@ForAll long epochMillis) {
        assertThat(Instant.parse(new String(isoTime.apply(epochMillis), UTF_8)).toEpochMilli())
                .isEqualTo(epochMillis);
    }

    @Property
    void aDeadLetterGivesBackTheOriginalBytes(@ForAll("anyBytes") byte[] original)
            throws IOException {
        var fields =
                Records.parse(deadLetters.apply(Records.deadLetter(original, "", null)).value());

        byte[] back =
                fields.get("original_text") instanceof String text
                        ? text.getBytes(UTF_8)
                        : Base64.getDecoder().decode((String) fields.get("original_base64"));
        assertThat(back).isEqualTo(original);
        assertThat(fields.containsKey("original_text")).isEqualTo(isUtf8(original));
        assertThat(fields).doesNotContainKey("original_sha256");
    }

    @Property
    void whatIsKeptIsABeginningThatFitsAndEndsBetweenCharacters(
            @ForAll("anyBytes") byte[] original,
            @ForAll @LongRange(min = 0, max = 300) long maxEncodedBytes)
            throws IOException {
        var kept = Original.keep(original, (int) maxEncodedBytes);
        var json = new JsonBuffer();
        json.begin();
        int empty = json.end().length;
        json.begin();
        if (kept.isText()) {
            json.utf8(Field.DETAIL, original, kept.bytes());
        } else {
            json.base64(Field.DETAIL, original, kept.bytes());
        }
        int encoded = json.end().length - empty - "\"detail\":\"\"".length();

        assertThat(encoded).isLessThanOrEqualTo((int) maxEncodedBytes);
        if (kept.isText()) {
            assertThat(isUtf8(Arrays.copyOf(original, kept.bytes()))).isTrue();
        }
        if (kept.bytes() < original.length) {
            assertThat(encoded).isGreaterThan((int) maxEncodedBytes - 6);
        }
    }

    @Property(tries = 20)
    void aDigestIsThatOfTheWholeOriginal(@ForAll("anyBytes") byte[] original) throws Exception {
        assertThat(Original.sha256(original))
                .isEqualTo(
                        HexFormat.of()
                                .formatHex(MessageDigest.getInstance("SHA-256").digest(original)));
    }

    /** Characters of every kind, among them halves of surrogate pairs in any order. */
    @Provide
    Arbitrary<String> anyText() {
        return Arbitraries.oneOf(
                        Arbitraries.chars().all(),
                        Arbitraries.chars().range('\uD800', '\uDFFF'),
                        Arbitraries.chars().ascii())
                .list()
                .ofMaxSize(20)
                .map(
                        chars -> {
                            var text = new StringBuilder();
                            chars.forEach(text::append);
                            return text.toString();
                        });
    }

    /** Text, text with one byte changed, and bytes. */
    @Provide
    Arbitrary<byte[]> anyBytes() {
        Arbitrary<byte[]> text = Arbitraries.strings().ofMaxLength(60).map(s -> s.getBytes(UTF_8));
        Arbitrary<byte[]> bytes = Arbitraries.bytes().array(byte[].class).ofMaxSize(200);
        Arbitrary<byte[]> damaged =
                text.filter(t -> t.length > 0)
                        .flatMap(
                                t ->
                                        Arbitraries.integers()
                                                .between(0, t.length - 1)
                                                .flatMap(
                                                        at ->
                                                                Arbitraries.bytes()
                                                                        .map(b -> with(t, at, b))));
        return Arbitraries.oneOf(text, damaged, bytes);
    }

    private static byte[] with(byte[] bytes, int at, byte value) {
        byte[] changed = bytes.clone();
        changed[at] = value;
        return changed;
    }

    private static boolean isUtf8(byte[] bytes) {
        try {
            UTF_8.newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private static String replaceLoneSurrogates(String text) {
        return text.codePoints()
                .map(c -> c >= 0xD800 && c <= 0xDFFF ? 0xFFFD : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
