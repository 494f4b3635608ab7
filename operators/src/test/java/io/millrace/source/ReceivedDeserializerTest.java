package io.millrace.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.millrace.record.DeadLetter.Reason;
import io.millrace.record.Received;
import io.millrace.spec.ColumnSpec;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.avro.io.EncoderFactory;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.TimestampType;
import org.apache.flink.table.types.logical.VarCharType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReceivedDeserializerTest {
    private static final String JSON =
            "{\"id\": 7, \"at\": \"2018-07-01T00:00:00Z\", \"amount\": 3.10, \"fraud\": true,"
                    + " \"note\": \"hello\"}";
    private static final String CSV = "7,2018-07-01 00:00:00Z,3.10,true,hello";

    private static void assertIsTheRow(Received received) {
        assertThat(received.problem()).isNull();
        assertThat(received.eventTimeMillis()).isEqualTo(1_530_403_200_000L);
        RowData row = received.row();
        assertThat(row).isNotNull();
        assertThat(row.getLong(0)).isEqualTo(7);
        assertThat(row.getTimestamp(1, 3).getMillisecond()).isEqualTo(1_530_403_200_000L);
        assertThat(row.getDecimal(2, 10, 2)).isEqualTo(DecimalData.fromUnscaledLong(310, 10, 2));
        assertThat(row.getBoolean(3)).isTrue();
        assertThat(row.getString(4)).hasToString("hello");
    }

    @Test
    void jsonBecomesARow() throws Exception {
        assertIsTheRow(new Decoding("json").received(JSON));
    }

    @Test
    void csvBecomesARow() throws Exception {
        assertIsTheRow(new Decoding("csv").received(CSV));
    }

    @Test
    void avroBecomesARow() throws Exception {
        assertIsTheRow(new Decoding("avro").received(avro(7, "hello")));
    }

    @Test
    void whatWasReadSaysWhereItCameFrom() throws Exception {
        var json = new Decoding("json");
        json.received(JSON);
        var record = json.record(JSON.getBytes(StandardCharsets.UTF_8));
        record.headers().add("traceparent", "00-ab-cd-01".getBytes(StandardCharsets.US_ASCII));

        Received received = json.received(record);

        assertThat(received.origin().topic()).isEqualTo("transactions");
        assertThat(received.origin().partition()).isEqualTo(3);
        assertThat(received.origin().offset()).isEqualTo(1);
        assertThat(received.origin().timestampMillis()).isEqualTo(Decoding.TIMESTAMP_MILLIS);
        assertThat(received.origin().traceparent()).isEqualTo("00-ab-cd-01");
        assertThat(received.origin().bytes()).asString(StandardCharsets.UTF_8).isEqualTo(JSON);
    }

    @Test
    void aTraceHeaderWithoutAValueOrOfAnyLengthIsNone() throws Exception {
        var json = new Decoding("json");
        var empty = json.record(JSON.getBytes(StandardCharsets.UTF_8));
        empty.headers().add("traceparent", null);
        var huge = json.record(JSON.getBytes(StandardCharsets.UTF_8));
        huge.headers().add("traceparent", new byte[1_000_000]);

        assertThat(json.received(empty).origin().traceparent()).isNull();
        assertThat(json.received(huge).origin().traceparent()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"json", "csv", "avro"})
    void aTombstoneIsMalformed(String format) throws Exception {
        var decoding = new Decoding(format);
        for (byte @Nullable [] value : new byte[][] {null, new byte[0]}) {
            Received received = decoding.received(decoding.record(value));
            assertThat(received.reason()).isEqualTo(Reason.MALFORMED);
            assertThat(received.problem())
                    .isEqualTo("the value is empty; it must be one " + format + " row");
            assertThat(received.origin().bytes()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "7",
                "\"text\"",
                "[]",
                "[null]",
                "[{}, {}]",
                "not json",
                "{\"id\": 7",
                "{\"id\": \"seven\"}",
                "{\"id\": {}}",
                "{\"id\": 9223372036854775808}",
                "{\"at\": \"yesterday\"}",
                "{\"at\": 7}",
                "{\"amount\": \"much\"}",
                "{\"amount\": true}",
                "{\"amount\": [1]}",
                "{\"amount\": \"\"}",
                "{\"fraud\": \"yes\"}",
                "{\"fraud\": 1}",
            })
    void whatIsNotOneJsonRowIsMalformed(String value) throws Exception {
        Received received = new Decoding("json").received(value);

        assertThat(received.reason()).isEqualTo(Reason.MALFORMED);
        assertThat(received.problem()).contains("; it must be ");
        assertThat(received.row()).isNull();
        assertThat(received.eventTimeMillis()).isEqualTo(Received.NO_EVENT_TIME);
        assertThat(received.origin().bytes()).asString(StandardCharsets.UTF_8).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "seven,2018-07-01 00:00:00Z,3.10,true,hello",
                "7,2018-07-01,3.10,true,hello",
                "7,2018-07-01 00:00:00Z,much,true,hello",
                "7,2018-07-01 00:00:00Z,3.10,yes,hello",
                "7,2018-07-01 00:00:00Z,3.10,true,hello,more",
                "7,2018-07-01 00:00:00Z,3.10,true,\"hello",
            })
    void whatIsNotOneCsvRowIsMalformed(String value) throws Exception {
        assertThat(new Decoding("csv").received(value).reason()).isEqualTo(Reason.MALFORMED);
    }

    @Test
    void bytesThatAreNotUtf8AreMalformedOrReplacedAndNeverAnException() throws Exception {
        byte[] bytes = JSON.getBytes(StandardCharsets.ISO_8859_1);
        bytes[1] = (byte) 0xff;

        assertThat(new Decoding("json").received(bytes).reason()).isEqualTo(Reason.MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{\"note\":", "{\"x\":", "{\"x\":["})
    void aDeepNestIsMalformed(String nest) throws Exception {
        Received received = new Decoding("json").received(nest.repeat(200_000));

        assertThat(received.reason()).isEqualTo(Reason.MALFORMED);
    }

    @Test
    void aProblemDoesNotCarryTheWholeValue() throws Exception {
        String value = "{\"id\": \"" + "9".repeat(5_000_000) + "\"}";
        String text = "{\"id\": 7, \"amount\": \"" + "x".repeat(5_000_000) + "\"}";

        assertThat(new Decoding("json").received(value).problem()).hasSizeLessThan(400);
        assertThat(new Decoding("json").received(text).problem()).hasSizeLessThan(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"12345678901.00", "99999999.995", "1e99999999", "-1E8", "1e2147483647"})
    @Timeout(5)
    void aDecimalThatDoesNotFitBreaksTheContractAtOnce(String amount) throws Exception {
        for (Received received :
                List.of(
                        new Decoding("json").received(JSON.replace("3.10", amount)),
                        new Decoding("json").received(JSON.replace("3.10", "\"" + amount + "\"")),
                        new Decoding("csv").received(CSV.replace("3.10", amount)))) {
            assertThat(received.reason()).isEqualTo(Reason.CONTRACT_BROKEN);
            assertThat(received.problem())
                    .isEqualTo("amount is " + amount + "; it must fit DECIMAL(10, 2)");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2018-07-01T01:00:00Z,",
        "2018-07-01T01:00:00.001Z, at is 2018-07-01T01:00:00.001Z; it must lie at most PT1H after"
                + " the record's timestamp 2018-07-01T00:00:00Z",
        "1969-12-31T23:59:59Z, at is 1969-12-31T23:59:59Z; it must lie after"
                + " 1970-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z, at is 9999-12-31T23:59:59Z; it must lie at most PT1H after the"
                + " record's timestamp 2018-07-01T00:00:00Z",
        "1970-01-01T00:00:00Z,",
    })
    void anEventTimeOutOfBoundsBreaksTheContract(String at, @Nullable String problem)
            throws Exception {
        Received received = new Decoding("json").received(JSON.replace("2018-07-01T00:00:00Z", at));

        assertThat(received.problem()).isEqualTo(problem);
        assertThat(received.reason()).isEqualTo(problem == null ? null : Reason.CONTRACT_BROKEN);
        assertThat(received.eventTimeMillis() == Received.NO_EVENT_TIME).isEqualTo(problem != null);
    }

    @Test
    void aMissingEventTimeBreaksTheContract() throws Exception {
        Received received = new Decoding("json").received("{\"id\": 7}");

        assertThat(received.reason()).isEqualTo(Reason.CONTRACT_BROKEN);
        assertThat(received.problem()).isEqualTo("at is null; it must be the event time");
    }

    @Test
    void anEventTimeIsReadFromATimestampInUtcOrFromEpochMilliseconds() throws Exception {
        for (LogicalType type : List.of(new TimestampType(3), new BigIntType())) {
            String at = type instanceof BigIntType ? "1530403200000" : "\"2018-07-01T00:00:00\"";
            var decoding =
                    new Decoding(
                            Decoding.config(
                                    "json",
                                    Map.of("timestamp-format.standard", "ISO-8601"),
                                    List.of(new ColumnSpec("at", type))));
            assertThat(decoding.received("{\"at\": " + at + "}").eventTimeMillis())
                    .isEqualTo(1_530_403_200_000L);
        }
        var millis =
                new Decoding(
                        Decoding.config(
                                "json", Map.of(), List.of(new ColumnSpec("at", new BigIntType()))));
        for (long at : new long[] {Long.MIN_VALUE, -1, Long.MAX_VALUE}) {
            assertThat(millis.received("{\"at\": " + at + "}").reason())
                    .isEqualTo(Reason.CONTRACT_BROKEN);
        }
    }

    @Test
    void anEventTimeMustBeADeclaredTime() {
        var text = new ColumnSpec("at", new VarCharType(10));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EventTimeReader.of(List.of(text), "at"))
                .withMessage(
                        "event-time at is VARCHAR(10); it must be TIMESTAMP_LTZ, TIMESTAMP or"
                                + " BIGINT");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EventTimeReader.of(List.of(text), "when"))
                .withMessage("event-time is when; it must be a declared column");
    }

    /** Flink's own reader hands the rest of a damaged record to the next one. */
    @Test
    void aDamagedAvroRecordDoesNotSpoilTheNext() throws Exception {
        var decoding = new Decoding("avro");
        byte[] good = avro(7, "hello");
        byte[] trailing = Arrays.copyOf(good, good.length + 3);
        byte[] cut = Arrays.copyOf(good, good.length - 3);
        byte[] damaged = good.clone();
        damaged[1 + 6] = 17; // the branch of the union of amount
        for (byte[] bad : List.of(trailing, cut, damaged)) {
            assertThat(decoding.received(bad).reason()).isEqualTo(Reason.MALFORMED);
            assertIsTheRow(decoding.received(good));
        }
    }

    @Test
    void anAvroLengthIsNotBelievedBeyondTheRecord() throws Exception {
        byte[] good = avro(7, "");
        // The last byte is the length of note: make it two gigabytes.
        var bytes = new ByteArrayOutputStream();
        bytes.write(good, 0, good.length - 1);
        var encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
        encoder.writeLong(Integer.MAX_VALUE - 8);
        encoder.flush();

        Received received = new Decoding("avro").received(bytes.toByteArray());

        assertThat(received.reason()).isEqualTo(Reason.MALFORMED);
        assertThat(received.problem()).contains("a length is 2147483639; it must be at most");
    }

    /** What Flink's json format lets pass; RATIONALE says why we do too. */
    @Test
    void theJsonFormatIsLenientInWaysThatAreKnown() throws Exception {
        var json = new Decoding("json");

        assertIsTheRow(json.received(JSON + " trailing {"));
        assertIsTheRow(json.received("[" + JSON + "]"));
        assertIsTheRow(json.received(JSON.replace("7,", "\"7\",")));
        assertIsTheRow(json.received(JSON.replace("7,", "7.9,")));
        assertIsTheRow(json.received(JSON.replace("{", "{\"unknown\": [{}], ")));
    }

    @Test
    void aMistakeInTheFormatIsSaidBeforeTheJobStarts() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Decoding("jsn"))
                .withMessage("format is jsn; it must be a Flink format on the class path");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> configured("json", "timestamp-format", "SQL"))
                .withMessageStartingWith(
                        "format option timestamp-format is unknown to json; it must be one of");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> configured("csv", "ignore-parse-errors", "true"))
                .withMessageStartingWith(
                        "format option ignore-parse-errors is true; it must be false");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Decoding("debezium-json"))
                .withMessage("format debezium-json is a changelog; it must be insert-only");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                new Decoding(
                                        Decoding.config(
                                                "json",
                                                Map.of(),
                                                List.of(
                                                        new ColumnSpec(
                                                                "nested",
                                                                RowType.of(
                                                                        new DecimalType(10, 2)))))))
                .withMessageEndingWith("with format json a DECIMAL must be a column of its own");
    }

    @Test
    void aFormatThatMayRememberAFailureIsRenewedAfterIt() throws Exception {
        var columns = List.of(new ColumnSpec("at", new BigIntType(false)));
        var json = new Decoding(Decoding.config("avro", Map.of("encoding", "json"), columns));
        for (String bad : List.of("{\"at\": ", "{\"at\": \"x\"}", "{\"at\": 1, \"b")) {
            assertThat(json.received(bad).reason()).isEqualTo(Reason.MALFORMED);
            assertThat(json.received("{\"at\": 5}").eventTimeMillis()).isEqualTo(5);
        }
    }

    private static void configured(String format, String option, String value) throws Exception {
        new Decoding(Decoding.config(format, Map.of(option, value), Decoding.COLUMNS));
    }

    /** One row in Avro's binary encoding: each nullable column is a union of null and its type. */
    static byte[] avro(long id, String note) throws Exception {
        var bytes = new ByteArrayOutputStream();
        var encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
        encoder.writeLong(id);
        encoder.writeLong(1_530_403_200_000L);
        encoder.writeIndex(1);
        encoder.writeBytes(new byte[] {0x01, 0x36}); // 310 cents
        encoder.writeIndex(1);
        encoder.writeBoolean(true);
        encoder.writeIndex(1);
        encoder.writeString(note);
        encoder.flush();
        return bytes.toByteArray();
    }
}
