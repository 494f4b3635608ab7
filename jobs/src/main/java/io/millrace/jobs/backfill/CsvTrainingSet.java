package io.millrace.jobs.backfill;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Comma-separated rows under a header. Numbers are written with as few digits as read back to the
 * same bits; what is missing is an empty cell.
 */
final class CsvTrainingSet implements TrainingSetFile {
    /** Every whole number up to it is a double, and prints without an exponent. */
    private static final double WHOLE_MAX = 1L << 53;

    private static final int LINE = 512;

    private final Writer writer;
    private final TrainingSetColumns columns;
    private final StringBuilder line = new StringBuilder(LINE);

    CsvTrainingSet(Path file, TrainingSetColumns columns) throws IOException {
        writer = new BufferedWriter(Files.newBufferedWriter(file, StandardCharsets.UTF_8), 1 << 16);
        this.columns = columns;
        for (String name : columns.names()) {
            text(name);
            line.append(',');
        }
        end();
    }

    @Override
    public void write(TrainingRow row, @Nullable String warming) throws IOException {
        text(row.eventId());
        line.append(',').append(Instant.ofEpochMilli(row.eventTimeMillis())).append(',');
        text(row.entity());
        line.append(',');
        if (columns.segmented()) {
            // None is an empty cell, as what is missing is.
            if (!row.segment().isEmpty()) {
                text(row.segment());
            }
            line.append(',');
        }
        for (double value : row.values()) {
            number(value);
            line.append(',');
        }
        if (warming != null) {
            text(warming);
        }
        line.append(',');
        if (columns.labelled()) {
            if (row.isLabelled()) {
                number(row.label());
                line.append(',').append(Instant.ofEpochMilli(row.labelTimeMillis()));
            } else {
                line.append(',');
            }
            line.append(',');
        }
        end();
    }

    /** The last comma becomes the line's end. */
    private void end() throws IOException {
        line.setCharAt(line.length() - 1, '\n');
        writer.append(line);
        line.setLength(0);
    }

    private void number(double value) {
        if (value == Math.rint(value) && Math.abs(value) <= WHOLE_MAX && !isMinusZero(value)) {
            line.append((long) value);
        } else if (!Double.isNaN(value)) {
            line.append(value);
        }
    }

    private static boolean isMinusZero(double value) {
        return Double.doubleToRawLongBits(value) == Long.MIN_VALUE;
    }

    private void text(String text) {
        boolean plain = !text.isEmpty();
        for (int i = 0; plain && i < text.length(); i++) {
            char c = text.charAt(i);
            plain = c != ',' && c != '"' && c != '\n' && c != '\r';
        }
        if (plain) {
            line.append(text);
        } else {
            line.append('"').append(text.replace("\"", "\"\"")).append('"');
        }
    }

    @Override
    public void close() throws IOException {
        writer.close();
    }
}
