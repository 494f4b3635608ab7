package io.millrace.source;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.parquet.example.data.simple.NanoTime;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.io.api.RecordMaterializer;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DateLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/** Makes cells of a Parquet row: what its types say, in Java's. */
final class ParquetCells extends RecordMaterializer<@Nullable Object[]> {
    /** Julian days from Parquet's oldest timestamps to 1970. */
    private static final long JULIAN_DAY_OF_1970 = 2_440_588;

    private final Row row;

    /**
     * Of the columns of a file.
     *
     * @param targets the declared columns, in the order of the cells
     */
    ParquetCells(List<Type> columns, List<String> targets) {
        row = new Row(columns, targets);
    }

    @Override
    public @Nullable Object[] getCurrentRecord() {
        return row.cells;
    }

    @Override
    public GroupConverter getRootConverter() {
        return row;
    }

    private static final class Row extends GroupConverter {
        private final Cell[] converters;
        private final int width;
        private @Nullable Object[] cells = {};

        private Row(List<Type> columns, List<String> targets) {
            width = targets.size();
            converters =
                    columns.stream()
                            .map(
                                    column ->
                                            new Cell(
                                                    this,
                                                    column,
                                                    targets.indexOf(column.getName())))
                            .toArray(Cell[]::new);
        }

        @Override
        public Converter getConverter(int field) {
            return converters[field];
        }

        @Override
        public void start() {
            cells = new Object[width];
        }

        @Override
        public void end() {
            // The cells are handed over as they are.
        }
    }

    private static final class Cell extends PrimitiveConverter {
        private final Row row;
        private final int target;
        private final @Nullable LogicalTypeAnnotation type;
        private final boolean isInt96;

        private Cell(Row row, Type column, int target) {
            this.row = row;
            this.target = target;
            this.type = column.getLogicalTypeAnnotation();
            this.isInt96 =
                    column.asPrimitiveType().getPrimitiveTypeName() == PrimitiveTypeName.INT96;
        }

        @Override
        public void addBoolean(boolean value) {
            row.cells[target] = value;
        }

        @Override
        public void addDouble(double value) {
            row.cells[target] = value;
        }

        @Override
        public void addFloat(float value) {
            row.cells[target] = value;
        }

        @Override
        public void addInt(int value) {
            if (type instanceof DateLogicalTypeAnnotation) {
                row.cells[target] = LocalDate.ofEpochDay(value);
            } else {
                addLong(value);
            }
        }

        @Override
        public void addLong(long value) {
            if (type instanceof TimestampLogicalTypeAnnotation timestamp) {
                row.cells[target] = instant(value, timestamp);
            } else if (type instanceof DecimalLogicalTypeAnnotation decimal) {
                row.cells[target] = BigDecimal.valueOf(value, decimal.getScale());
            } else {
                row.cells[target] = value;
            }
        }

        @Override
        public void addBinary(Binary value) {
            if (isInt96) {
                NanoTime time = NanoTime.fromBinary(value);
                row.cells[target] =
                        Instant.EPOCH
                                .plusSeconds(
                                        TimeUnit.DAYS.toSeconds(
                                                time.getJulianDay() - JULIAN_DAY_OF_1970))
                                .plusNanos(time.getTimeOfDayNanos());
            } else if (type instanceof DecimalLogicalTypeAnnotation decimal) {
                row.cells[target] =
                        new BigDecimal(new BigInteger(value.getBytes()), decimal.getScale());
            } else {
                row.cells[target] = value.toStringUsingUTF8();
            }
        }

        private static Instant instant(long value, TimestampLogicalTypeAnnotation type) {
            long perSecond =
                    switch (type.getUnit()) {
                        case MILLIS -> 1_000;
                        case MICROS -> 1_000_000;
                        case NANOS -> 1_000_000_000;
                    };
            return Instant.ofEpochSecond(
                    Math.floorDiv(value, perSecond),
                    Math.floorMod(value, perSecond) * (1_000_000_000 / perSecond));
        }
    }
}
