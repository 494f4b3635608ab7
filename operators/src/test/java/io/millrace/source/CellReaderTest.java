package io.millrace.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Objects;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.BooleanType;
import org.apache.flink.table.types.logical.DateType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.DoubleType;
import org.apache.flink.table.types.logical.FloatType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.SmallIntType;
import org.apache.flink.table.types.logical.TimestampType;
import org.apache.flink.table.types.logical.TinyIntType;
import org.apache.flink.table.types.logical.VarCharType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CellReaderTest {

    @Test
    void textBecomesTheColumnsType() {
        assertThat(read(new BigIntType(), "-7")).isEqualTo(-7L);
        assertThat(read(new IntType(), "7.0")).isEqualTo(7);
        assertThat(read(new SmallIntType(), "7")).isEqualTo((short) 7);
        assertThat(read(new TinyIntType(), "7")).isEqualTo((byte) 7);
        assertThat(read(new DoubleType(), " 1.5 ")).isEqualTo(1.5);
        assertThat(read(new FloatType(), "1.5")).isEqualTo(1.5f);
        assertThat(read(new BooleanType(), "True")).isEqualTo(true);
        assertThat(read(new VarCharType(), "x")).isEqualTo(StringData.fromString("x"));
        assertThat(read(new DateType(), "1970-01-03")).isEqualTo(2);
        assertThat(read(new DecimalType(10, 2), "57.16")).isEqualTo(decimal("57.16"));
    }

    @Test
    void valuesOfOtherTypesAreReadByTheirDigits() {
        assertThat(read(new DecimalType(10, 2), 57.16)).isEqualTo(decimal("57.16"));
        assertThat(read(new DecimalType(10, 2), new BigDecimal("1E+2"))).isEqualTo(decimal("100"));
        assertThat(read(new BigIntType(), 7)).isEqualTo(7L);
        assertThat(read(new BigIntType(), 7.0)).isEqualTo(7L);
        assertThat(read(new DoubleType(), 7L)).isEqualTo(7.0);
        assertThat(read(new DateType(), LocalDate.of(1970, 1, 3))).isEqualTo(2);
        assertThat(read(new LocalZonedTimestampType(3), Instant.ofEpochMilli(5)))
                .isEqualTo(TimestampData.fromEpochMillis(5));
        assertThat(read(new TimestampType(3), LocalDateTime.of(1970, 1, 1, 0, 0, 1)))
                .isEqualTo(TimestampData.fromEpochMillis(1_000));
    }

    @Test
    void whatDoesNotFitIsNothing() {
        assertThat(reader(new SmallIntType()).read("40000")).isNull();
        assertThat(reader(new DecimalType(4, 2)).read("100")).isNull();
    }

    @Test
    void whatIsNoNumberIsRefused() {
        for (LogicalType type :
                new LogicalType[] {
                    new BigIntType(), new DoubleType(), new DecimalType(4, 2), new BooleanType()
                }) {
            assertThatThrownBy(() -> read(type, "much")).isInstanceOf(NumberFormatException.class);
        }
        assertThatThrownBy(() -> read(new IntType(), "1.5"))
                .isInstanceOf(NumberFormatException.class);
    }

    @Test
    void whatNestsIsForOtherFormats() {
        assertThat(CellReader.of(new ArrayType(new IntType()))).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "2018-04-01T00:00:31Z,2018-04-01T00:00:31Z",
        "2018-04-01 00:00:31,2018-04-01T00:00:31Z",
        "2018-04-01T02:00:31.5+02:00,2018-04-01T00:00:31.500Z",
        "2018-04-01T00:00:31.123456789Z,2018-04-01T00:00:31.123456789Z",
        "2018-04-01 00:00,2018-04-01T00:00:00Z",
        "2018-04-01 00:00:31 UTC,2018-04-01T00:00:31Z",
        "2018-04-01,2018-04-01T00:00:00Z",
        "1969-12-31T23:59:59Z,1969-12-31T23:59:59Z",
    })
    void timesAreReadAsFilesWriteThem(String text, String instant) {
        assertThat(TimestampText.parse(text).toInstant()).isEqualTo(Instant.parse(instant));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "yesterday",
                "2018-13-01",
                "2018-04-31",
                "2018-04-01T24:00",
                "18-04-01",
                "2018-04-01T00:00:31.",
                "2018-04-01T00:00:31X",
                "1522540831000",
                "2018-04-01x00:00"
            })
    void whatIsNoTimeIsRefused(String text) {
        assertThatThrownBy(() -> TimestampText.parse(text)).isInstanceOf(DateTimeException.class);
    }

    private static Object read(LogicalType type, Object cell) {
        return Objects.requireNonNull(reader(type).read(cell));
    }

    private static CellReader reader(LogicalType type) {
        return Objects.requireNonNull(CellReader.of(type));
    }

    private static DecimalData decimal(String digits) {
        return Objects.requireNonNull(DecimalData.fromBigDecimal(new BigDecimal(digits), 10, 2));
    }
}
