package io.millrace.ingest;

import io.millrace.record.Event;
import io.millrace.record.Origin;
import io.millrace.record.Received;
import io.millrace.spec.ColumnSpec;
import io.millrace.spec.EventsSpec.DeduplicateSpec;
import io.millrace.spec.ExpectationSpec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.jspecify.annotations.Nullable;

/** Rows of payments, for the tests of this package. */
final class Rows {
    static final long HOUR = 3_600_000L;

    static final List<ColumnSpec> COLUMNS =
            List.of(
                    new ColumnSpec("id", new BigIntType(false)),
                    new ColumnSpec("at", new LocalZonedTimestampType(false, 3)),
                    new ColumnSpec("customer", new BigIntType()),
                    new ColumnSpec("amount", new DecimalType(10, 2)));

    static final IngestConfig CONFIG =
            new IngestConfig(
                    "events",
                    COLUMNS,
                    "id",
                    List.of(
                            new ExpectationSpec("amount > 0", "amount > 0"),
                            new ExpectationSpec("amount is plausible", "amount < 100000.0")),
                    HOUR,
                    new DeduplicateSpec(Duration.ofHours(24), "customer"));

    private Rows() {}

    static RowData row(@Nullable Long id, long atMillis, @Nullable String amount) {
        return GenericRowData.of(
                id,
                TimestampData.fromEpochMillis(atMillis),
                4L,
                amount == null
                        ? null
                        : DecimalData.fromBigDecimal(new java.math.BigDecimal(amount), 10, 2));
    }

    static Origin origin(long offset) {
        return new Origin(
                "transactions",
                0,
                offset,
                0,
                null,
                ("bytes " + offset).getBytes(StandardCharsets.UTF_8));
    }

    static Received received(long offset, long atMillis, String amount) {
        return Received.decoded(origin(offset), atMillis, row(offset, atMillis, amount));
    }

    static Event event(long offset, long id, long atMillis) {
        return new Event(origin(offset), Long.toString(id), atMillis, row(id, atMillis, "1.00"));
    }
}
