package io.millrace.source;

import io.millrace.record.DeadLetter.Reason;
import io.millrace.record.Origin;
import io.millrace.record.Received;
import java.io.IOException;
import java.io.Serializable;
import java.util.Objects;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.util.Collector;
import org.apache.flink.util.InstantiationUtil;
import org.jspecify.annotations.Nullable;

/**
 * Lets Flink's format decode the bytes of one record, and turns whatever it throws into a refusal.
 */
final class RowDecoder implements Serializable {
    private static final long serialVersionUID = 1L;

    private static final int MAX_DETAIL = 200;

    private final RowFormat format;
    private final TextColumn[] textColumns;
    private final EventTimeReader eventTime;
    private final EventTimeBounds bounds;

    private transient DeserializationSchema.@Nullable InitializationContext context;
    private transient @Nullable DeserializationSchema<RowData> decoder;
    private transient @Nullable OneRow rows;

    RowDecoder(SourceConfig config, RowFormat format) {
        this.format = format;
        this.textColumns = format.textColumns();
        this.eventTime = EventTimeReader.of(config.columns(), config.eventTime());
        this.bounds = new EventTimeBounds(config.eventTime(), config.maxAheadMillis());
    }

    void open(DeserializationSchema.InitializationContext context) throws Exception {
        this.context = context;
        this.rows = new OneRow();
        this.decoder = opened(context);
    }

    private DeserializationSchema<RowData> opened(
            DeserializationSchema.InitializationContext context) throws Exception {
        DeserializationSchema<RowData> fresh =
                InstantiationUtil.clone(
                        format.schema(), context.getUserCodeClassLoader().asClassLoader());
        fresh.open(context);
        return fresh;
    }

    /** The row that the origin's bytes hold, or why there is none. */
    Received decode(Origin origin) throws IOException {
        if (origin.bytes().length == 0) {
            return malformed(origin, "the value is empty");
        }
        OneRow found = Objects.requireNonNull(rows);
        found.clear();
        try {
            Objects.requireNonNull(decoder).deserialize(origin.bytes(), found);
        } catch (Exception | StackOverflowError e) {
            forgetFailure();
            return malformed(origin, "the value is unreadable (%s)".formatted(reasonOf(e)));
        }
        RowData row = found.row;
        if (row == null || found.count != 1) {
            return malformed(origin, "the value holds %d rows".formatted(found.count));
        }
        for (TextColumn column : textColumns) {
            Received refused = readText(origin, (GenericRowData) row, column);
            if (refused != null) {
                return refused;
            }
        }
        long eventTimeMillis = eventTime.read(row);
        if (!bounds.hold(eventTimeMillis, origin.timestampMillis())) {
            return Received.refused(
                    origin,
                    Reason.CONTRACT_BROKEN,
                    bounds.broken(eventTimeMillis, origin.timestampMillis()));
        }
        return Received.decoded(origin, eventTimeMillis, row);
    }

    /** Puts a text column's value into the row, or says why there is none. */
    private static @Nullable Received readText(
            Origin origin, GenericRowData row, TextColumn column) {
        if (row.isNullAt(column.position())) {
            return null;
        }
        String text = row.getString(column.position()).toString();
        Object value;
        try {
            value = column.reader().read(text);
        } catch (NumberFormatException e) {
            return Received.refused(origin, Reason.MALFORMED, misfit(column, text, "be"));
        }
        if (value == null) {
            return Received.refused(origin, Reason.CONTRACT_BROKEN, misfit(column, text, "fit"));
        }
        row.setField(column.position(), value);
        return null;
    }

    private static String misfit(TextColumn column, String text, String verb) {
        return "%s is %s; it must %s %s"
                .formatted(column.name(), shortened(text), verb, column.type());
    }

    /** A decoder that may hold the rest of what it failed on would misread the next record. */
    private void forgetFailure() throws IOException {
        if (format.remembersFailures()) {
            try {
                decoder = opened(Objects.requireNonNull(context));
            } catch (Exception e) {
                throw new IOException(
                        "The %s decoder cannot be renewed".formatted(format.name()), e);
            }
        }
    }

    private Received malformed(Origin origin, String what) {
        return Received.refused(
                origin,
                Reason.MALFORMED,
                "%s; it must be one %s row".formatted(what, format.name()));
    }

    /** The first line of what the format says, without the megabytes that some formats quote. */
    private static String reasonOf(Throwable thrown) {
        // Formats wrap the cause in "Failed to deserialize JSON '<the whole value>'".
        Throwable cause = thrown.getCause() == null ? thrown : thrown.getCause();
        String message = cause.getMessage();
        String said = message == null ? cause.getClass().getSimpleName() : message;
        int line = said.indexOf('\n');
        return shortened(line < 0 ? said : said.substring(0, line));
    }

    private static String shortened(String text) {
        return text.length() <= MAX_DETAIL ? text : text.substring(0, MAX_DETAIL) + "…";
    }

    TypeInformation<Received> type() {
        return Received.type(format.columns());
    }

    /** Keeps the first row that a format emits for one record, and counts them all. */
    private static final class OneRow implements Collector<RowData> {
        private @Nullable RowData row;
        private int count;

        @Override
        public void collect(@Nullable RowData next) {
            if (next != null && count++ == 0) {
                row = next;
            }
        }

        @Override
        public void close() {}

        private void clear() {
            row = null;
            count = 0;
        }
    }
}
