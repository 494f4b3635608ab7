package io.millrace.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.millrace.spec.ColumnSpec;
import io.millrace.spec.ExpectationSpec;
import java.time.LocalDate;
import java.util.List;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.BooleanType;
import org.apache.flink.table.types.logical.DateType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.VarBinaryType;
import org.apache.flink.table.types.logical.VarCharType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowContractTest {
    private final RowContract contract = RowContract.of(Rows.CONFIG);

    @Test
    void aRowThatKeepsTheContractHasNoProblem() {
        assertThat(contract.broken(Rows.row(7L, 0, "3.10"), 0)).isNull();
        assertThat(contract.id(Rows.row(7L, 0, "3.10"))).isEqualTo("7");
    }

    @Test
    void aMissingIdBreaksTheContract() {
        assertThat(contract.id(Rows.row(null, 0, "3.10"))).isNull();
        assertThat(contract.broken(Rows.row(null, 0, "3.10"), 0))
                .isEqualTo("id is null; it must have a value");
    }

    @Test
    void anIdIsRequiredEvenWhereItsColumnIsNullable() {
        var columns = List.of(new ColumnSpec("id", new BigIntType()));
        var nullable =
                RowContract.of(new IngestConfig("events", columns, "id", List.of(), 0, null));
        assertThat(nullable.broken(GenericRowData.of((Object) null), 0))
                .isEqualTo("id is null; it must have a value");
    }

    @Test
    void anIdIsNoDocument() {
        var columns = List.of(new ColumnSpec("id", new VarCharType(VarCharType.MAX_LENGTH)));
        var text = RowContract.of(new IngestConfig("events", columns, "id", List.of(), 0, null));

        assertThat(text.broken(GenericRowData.of(StringData.fromString("x".repeat(1_024))), 0))
                .isNull();
        assertThat(text.broken(GenericRowData.of(StringData.fromString("x".repeat(1_025))), 0))
                .isEqualTo("id has 1025 characters; it must have at most 1024, since it is the id");
    }

    @Test
    void aNullMayStandWhereTheColumnAllowsIt() {
        assertThat(contract.broken(Rows.row(7L, 0, null), 0)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "-3.10, amount is -3.10; it must meet `amount > 0`",
        "0.00, amount is 0.00; it must meet `amount > 0`",
        "100000.00, amount is 100000.00; it must meet `amount < 100000.0` (amount is plausible)",
    })
    void anUnmetExpectationSaysWhatItIsAndWhatItMustBe(String amount, String problem) {
        assertThat(contract.broken(Rows.row(7L, 0, amount), 0)).isEqualTo(problem);
    }

    @Test
    void anExpectationWithoutAValueIsUnmet() {
        var config =
                new IngestConfig(
                        "events",
                        List.of(
                                new ColumnSpec("id", new BigIntType()),
                                new ColumnSpec("n", new BigIntType())),
                        "id",
                        List.of(new ExpectationSpec("100 / n > 1", "100 / n > 1")),
                        0,
                        null);
        assertThat(RowContract.of(config).broken(GenericRowData.of(1L, 0L), 0))
                .startsWith("n is 0, so that ")
                .contains("divides by zero")
                .endsWith("; it must meet `100 / n > 1`");
    }

    @Test
    void aMessageShowsTheEventTimeAndCutsALongValue() {
        var config =
                new IngestConfig(
                        "events",
                        List.of(
                                new ColumnSpec("id", new BigIntType()),
                                new ColumnSpec("note", new VarCharType(VarCharType.MAX_LENGTH))),
                        "id",
                        List.of(
                                new ExpectationSpec(
                                        "short, on weekdays",
                                        "size(note) < 10 && event_time.getDayOfWeek() < 6")),
                        0,
                        null);
        var row = GenericRowData.of(1L, StringData.fromString("x".repeat(1_000_000)));
        assertThat(RowContract.of(config).broken(row, 0))
                .startsWith("note is xxxx")
                .contains(" and event_time is 1970-01-01T00:00:00Z; it must meet `size(note) < 10")
                .hasSizeLessThan(300);
    }

    @Test
    void anIdOfAnyPlainTypeIsText() {
        assertIdIs("7", new IntType(), 7);
        assertIdIs("a-7", new VarCharType(10), StringData.fromString("a-7"));
        assertIdIs("0aff", new VarBinaryType(10), new byte[] {10, -1});
        assertIdIs("2018-07-01", new DateType(), (int) LocalDate.of(2018, 7, 1).toEpochDay());
        assertIdIs("true", new BooleanType(), true);
        assertIdIs(
                "1970-01-01T00:00:00.007Z",
                new LocalZonedTimestampType(3),
                TimestampData.fromEpochMillis(7));
    }

    private static void assertIdIs(String id, LogicalType type, Object value) {
        var columns = List.of(new ColumnSpec("id", type));
        var contract =
                RowContract.of(new IngestConfig("events", columns, "id", List.of(), 0, null));
        assertThat(contract.id(GenericRowData.of(value))).isEqualTo(id);
    }

    @Test
    void theIdMustBeADeclaredColumn() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                RowContract.of(
                                        new IngestConfig(
                                                "events",
                                                Rows.COLUMNS,
                                                "ident",
                                                List.of(),
                                                0,
                                                null)))
                .withMessage("id is ident; it must be a declared column");
    }
}
