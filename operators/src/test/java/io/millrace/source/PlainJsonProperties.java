package io.millrace.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.formats.common.TimestampFormat;
import org.apache.flink.formats.json.JsonFormatOptions;
import org.apache.flink.formats.json.JsonParserRowDataDeserializationSchema;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.DoubleType;
import org.apache.flink.table.types.logical.FloatType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.TimestampType;
import org.apache.flink.table.types.logical.VarCharType;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/** Whatever a record holds, Flink's format and the short way through it give the same row. */
class PlainJsonProperties {
    private static final RowType COLUMNS =
            RowType.of(
                    new LogicalType[] {
                        new BigIntType(),
                        new IntType(),
                        new DoubleType(),
                        new FloatType(),
                        new VarCharType(VarCharType.MAX_LENGTH),
                        new TimestampType(3),
                        new LocalZonedTimestampType(3),
                        new ArrayType(new DoubleType()),
                        new ArrayType(new FloatType())
                    },
                    new String[] {
                        "long", "int", "double", "float", "text", "time", "zoned", "doubles",
                        "floats"
                    });

    private static final String WHOLE =
            """
            {"long": -9007199254740993, "int": 42, "double": 1.25e-3, "float": 0.1, "text": "web",
             "time": "2026-02-28 23:59:59.1", "zoned": "2026-01-01 00:00:00Z",
             "doubles": [1, -2.5, 3e2], "floats": [0.1,0.2], "more": [DEEP]}
            """;

    /** What one way through the format makes of a record. */
    private record Outcome(List<@Nullable List<@Nullable Object>> rows, boolean failed) {}

    private static Outcome of(DeserializationSchema<RowData> schema, String json) {
        var rows = new ArrayList<@Nullable List<@Nullable Object>>();
        var out =
                new Collector<RowData>() {
                    @Override
                    public void collect(@Nullable RowData row) {
                        rows.add(row == null ? null : values((GenericRowData) row));
                    }

                    @Override
                    public void close() {}
                };
        try {
            schema.deserialize(json.getBytes(UTF_8), out);
        } catch (IOException e) {
            return new Outcome(rows, true);
        }
        return new Outcome(rows, false);
    }

    private static List<@Nullable Object> values(GenericRowData row) {
        var values = new ArrayList<@Nullable Object>();
        for (int i = 0; i < row.getArity(); i++) {
            Object value = row.getField(i);
            values.add(value instanceof ArrayData array ? elements(array, i) : value);
        }
        return values;
    }

    private static List<@Nullable Object> elements(ArrayData array, int column) {
        var getter =
                ArrayData.createElementGetter(
                        ((ArrayType) COLUMNS.getTypeAt(column)).getElementType());
        var elements = new ArrayList<@Nullable Object>();
        for (int i = 0; i < array.size(); i++) {
            elements.add(getter.getElementOrNull(array, i));
        }
        return elements;
    }

    private static void same(String json) {
        for (boolean fails : List.of(true, false)) {
            for (TimestampFormat timestamps : TimestampFormat.values()) {
                var options = new Configuration();
                options.set(JsonFormatOptions.FAIL_ON_MISSING_FIELD, fails);
                options.set(
                        JsonFormatOptions.TIMESTAMP_FORMAT,
                        timestamps == TimestampFormat.SQL ? "SQL" : "ISO-8601");
                var flinks =
                        new JsonParserRowDataDeserializationSchema(
                                COLUMNS, InternalTypeInfo.of(COLUMNS), fails, false, timestamps);
                assertThat(of(opened(JsonRows.schema(COLUMNS, options)), json))
                        .as(json)
                        .isEqualTo(of(opened(flinks), json));
            }
        }
    }

    private static DeserializationSchema<RowData> opened(DeserializationSchema<RowData> schema) {
        try {
            schema.open(Decoding.CONTEXT);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        return schema;
    }

    @Property(tries = 3_000)
    void recordsOfAnyValuesInAnyOrder(@ForAll("records") String json) {
        same(json);
    }

    @Property(tries = 3_000)
    void numbersOfAnyForm(@ForAll("numbers") String number) {
        same("{\"double\":%s}".formatted(number));
        same("{\"float\":%s}".formatted(number));
        same("{\"long\":%s}".formatted(number));
        same("{\"int\":%s}".formatted(number));
        same("{\"text\":%s}".formatted(number));
    }

    @Property(tries = 2_000)
    void numbersThatAreDoubles(@ForAll double number) {
        same("{\"double\":%s,\"float\":%s}".formatted(number, number));
    }

    @Property(tries = 2_000)
    void numbersThatLieBetweenFloats(@ForAll float number) {
        double between = ((double) number + Math.nextUp(number)) / 2;
        same("{\"float\":%s,\"floats\":[%s,%s]}".formatted(number, between, Math.nextUp(between)));
    }

    @Property
    void timesOfAnyForm(@ForAll("times") String time) {
        same("{\"time\":\"%s\"}".formatted(time));
        same("{\"zoned\":\"%s\"}".formatted(time));
    }

    @Property(tries = 1_000)
    void damagedRecords(@ForAll("places") int place, @ForAll("characters") char character) {
        String plain = WHOLE.replace("[DEEP]", "1").strip();
        var damaged = new StringBuilder(plain);
        damaged.setCharAt(place % plain.length(), character);
        same(damaged.toString());
        same(plain.substring(0, place % plain.length()));
        same(plain + character);
    }

    @Example
    void aPlainRecordIsReadTheShortWay() {
        var json = Objects.requireNonNull(PlainJson.of(COLUMNS, ' ', false));
        assertThat(json.read(WHOLE.replace("[DEEP]", "null").getBytes(UTF_8))).isNotNull();
        assertThat(json.read(WHOLE.replace("[DEEP]", "\"é\"").getBytes(UTF_8))).isNull();
        assertThat(json.read(WHOLE.replace("[DEEP]", "[1]").getBytes(UTF_8))).isNull();
        assertThat(json.read("{}".getBytes(UTF_8))).isNull();
        var lenient = Objects.requireNonNull(PlainJson.of(COLUMNS, 'T', true));
        assertThat(lenient.read("{}".getBytes(UTF_8)))
                .isEqualTo(new GenericRowData(COLUMNS.getFieldCount()));
    }

    @Provide
    Arbitrary<Integer> places() {
        return Arbitraries.integers().between(0, 10_000);
    }

    @Provide
    Arbitrary<Character> characters() {
        return Arbitraries.chars().with("{}[]:,.\"\\ \n\t-+eE0129tfnuZTé\0".toCharArray());
    }

    @Provide
    Arbitrary<String> numbers() {
        Arbitrary<String> sign = Arbitraries.of("", "-", "+");
        Arbitrary<String> whole = Arbitraries.strings().numeric().ofMaxLength(22);
        Arbitrary<String> fraction =
                Arbitraries.oneOf(
                        Arbitraries.just(""),
                        Arbitraries.strings().numeric().ofMaxLength(20).map(text -> "." + text));
        Arbitrary<String> exponent =
                Arbitraries.oneOf(
                        Arbitraries.just(""),
                        Arbitraries.integers().between(-400, 400).map(e -> "e" + e),
                        Arbitraries.integers().between(0, 30).map(e -> "E+" + e));
        return Combinators.combine(sign, whole, fraction, exponent)
                .as((a, b, c, d) -> a + b + c + d);
    }

    @Provide
    Arbitrary<String> times() {
        return Arbitraries.of(
                "2026-01-31 23:59:59",
                "2026-02-28 23:59:59.123456789",
                "2026-02-30 00:00:00",
                "2026-01-01T00:00:00Z",
                "2026-01-01T24:00:00",
                "2026-12-01 00:00:00.5Z",
                "2026-12-01T00:00:00.Z",
                "1969-12-31T23:59:59.9Z",
                "2026-1-1 00:00:00",
                "2026-01-01 00:00",
                "12026-01-01 00:00:00");
    }

    @Provide
    Arbitrary<String> records() {
        Arbitrary<String> names =
                Arbitraries.of(
                        "long",
                        "int",
                        "double",
                        "float",
                        "text",
                        "time",
                        "zoned",
                        "doubles",
                        "floats",
                        "other",
                        "te\\u0078t",
                        "");
        Arbitrary<String> texts =
                Arbitraries.strings().withChars("ab \\\"/né\u0001").ofMaxLength(4);
        Arbitrary<String> times = times();
        Arbitrary<String> values =
                Arbitraries.oneOf(
                        numbers(),
                        Arbitraries.integers().map(String::valueOf),
                        Arbitraries.longs().map(String::valueOf),
                        Arbitraries.doubles().map(String::valueOf),
                        texts.map(text -> '"' + text + '"'),
                        times.map(text -> '"' + text + '"'),
                        Arbitraries.of("true", "false", "null", "nul", "{}", "{\"a\":[1]}", "[]"),
                        numbers().list().ofMaxSize(4).map(list -> list.toString()),
                        Arbitraries.doubles().list().ofMaxSize(20).map(list -> list.toString()),
                        Arbitraries.of("[null]", "[\"1\"]", "[[1]]", "[1,]", "[1 2]"));
        Arbitrary<String> space = Arbitraries.of("", "", "", " ", "\n\t", "\r");
        Arbitrary<String> fields =
                Combinators.combine(names, space, values, space)
                        .as((name, a, value, b) -> '"' + name + '"' + a + ':' + b + value + a);
        Arbitrary<String> endings = Arbitraries.of("}", "}", "}", "} ", "}}", "", ",}", "} x");
        return Combinators.combine(space, fields.list().ofMaxSize(6), endings)
                .as((before, list, end) -> before + "{" + String.join(",", list) + end);
    }
}
