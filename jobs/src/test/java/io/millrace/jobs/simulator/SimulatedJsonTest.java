package io.millrace.jobs.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.apache.flink.formats.common.TimestampFormat;
import org.apache.flink.formats.json.JsonRowDataDeserializationSchema;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.logical.RowType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SimulatedJsonTest {
    private static final long TIME = Instant.parse("2026-02-03T00:00:31Z").toEpochMilli();

    private final SimulatedJson json = new SimulatedJson();

    @Test
    void aTransactionIsOneObject() {
        assertThat(text(json.encode(transaction(TIME, 12_305))))
                .isEqualTo(
                        "{\"transaction_id\":42,\"tx_time\":\"2026-02-03T00:00:31Z\","
                                + "\"customer_id\":7,\"terminal_id\":0,\"amount\":123.05}");
    }

    @Test
    void aLabelIsOneObject() {
        assertThat(text(json.encode(new SimulatedLabel(42, TIME, 7, 0, true))))
                .isEqualTo(
                        "{\"transaction_id\":42,\"label_time\":\"2026-02-03T00:00:31Z\","
                                + "\"customer_id\":7,\"terminal_id\":0,\"fraud\":true}");
    }

    @ParameterizedTest
    @CsvSource({
        "1, 0.01",
        "10, 0.10",
        "99, 0.99",
        "100, 1.00",
        "-5, -0.05",
        "-1234, -12.34",
        "9223372036854775807, 92233720368547758.07"
    })
    void anAmountHasTwoDecimals(long cents, String amount) {
        assertThat(text(json.encode(transaction(TIME, cents)))).contains("\"amount\":" + amount);
    }

    @Test
    void timesGoForthAndBackAcrossDays() {
        for (String time :
                new String[] {
                    "2026-02-03T23:59:59Z",
                    "2026-02-04T00:00:00Z",
                    "2025-12-31T07:08:09.010Z",
                    "1969-12-31T23:59:59.999Z"
                }) {
            assertThat(text(json.encode(transaction(Instant.parse(time).toEpochMilli(), 1))))
                    .contains('"' + time + '"');
        }
    }

    @Test
    void flinkReadsATransactionAsItWasMeant() throws Exception {
        var row =
                decode(
                        json.encode(transaction(TIME + 7, 12_305)),
                        DataTypes.FIELD("transaction_id", DataTypes.BIGINT().notNull()),
                        DataTypes.FIELD("tx_time", DataTypes.TIMESTAMP_LTZ(3).notNull()),
                        DataTypes.FIELD("customer_id", DataTypes.BIGINT().notNull()),
                        DataTypes.FIELD("terminal_id", DataTypes.BIGINT().notNull()),
                        DataTypes.FIELD("amount", DataTypes.DECIMAL(10, 2).notNull()));

        assertThat(row.getLong(0)).isEqualTo(42);
        assertThat(row.getTimestamp(1, 3).getMillisecond()).isEqualTo(TIME + 7);
        assertThat(row.getLong(2)).isEqualTo(7);
        assertThat(row.getLong(3)).isZero();
        assertThat(row.getDecimal(4, 10, 2).toBigDecimal()).isEqualTo(new BigDecimal("123.05"));
    }

    @Test
    void flinkReadsALabelAsItWasMeant() throws Exception {
        var row =
                decode(
                        json.encode(new SimulatedLabel(42, TIME, 7, 9, true)),
                        DataTypes.FIELD("transaction_id", DataTypes.BIGINT().notNull()),
                        DataTypes.FIELD("label_time", DataTypes.TIMESTAMP_LTZ(3).notNull()),
                        DataTypes.FIELD("terminal_id", DataTypes.BIGINT().notNull()),
                        DataTypes.FIELD("fraud", DataTypes.BOOLEAN().notNull()));

        assertThat(row.getLong(0)).isEqualTo(42);
        assertThat(row.getTimestamp(1, 3).getMillisecond()).isEqualTo(TIME);
        assertThat(row.getLong(2)).isEqualTo(9);
        assertThat(row.getBoolean(3)).isTrue();
    }

    private static RowData decode(byte[] bytes, DataTypes.Field... fields) throws Exception {
        var type = (RowType) DataTypes.ROW(fields).getLogicalType();
        var schema =
                new JsonRowDataDeserializationSchema(
                        type, InternalTypeInfo.of(type), false, false, TimestampFormat.ISO_8601);
        schema.open(null);
        var rows = new ArrayList<RowData>();
        schema.deserialize(bytes, new ListCollector<>(rows));
        assertThat(rows).hasSize(1);
        return rows.get(0);
    }

    private static SimulatedTransaction transaction(long timeMillis, long cents) {
        return new SimulatedTransaction(42, timeMillis, 7, 0, cents, Scenario.GENUINE);
    }

    private static String text(byte[] json) {
        return new String(json, StandardCharsets.UTF_8);
    }
}
