package io.millrace.features;

import io.millrace.spec.ColumnSpec;
import io.millrace.spec.ExpressionException;
import io.millrace.spec.FeaturesSpec.ElementSpec;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.LogicalType;
import org.jspecify.annotations.Nullable;

/** The features that are elements of one column, read in one go. */
final class Elements implements Serializable {
    private static final long serialVersionUID = 1L;

    /**
     * What is added to an exponent of ones, which infinite and missing numbers have, is negative.
     */
    private static final long EXPONENT = 0x7FF0_0000_0000_0000L;

    private static final long CARRY = 0x0010_0000_0000_0000L;

    private final String column;
    private final int position;
    private final Cell cell;
    private final int size;
    private final int[] slots;
    private final int[] indexes;

    /** Whether all elements fill slots in a row, so that they are read where they belong. */
    private final boolean areInPlace;

    /** Reads a cell that is not null. */
    @FunctionalInterface
    private interface Cell extends Serializable {
        /**
         * Reads as many numbers as there must be, NaN for null.
         *
         * @param into from which place on they are written
         * @return how many the cell holds
         */
        int read(RowData row, int position, double[] numbers, int into, int size);
    }

    /** Reads an element that is not null. */
    @FunctionalInterface
    private interface Element extends Serializable {
        double read(ArrayData array, int index);
    }

    /**
     * @param features elements of one column, in the order of their slots
     * @param declared the columns of events
     */
    Elements(List<Slotted<ElementSpec>> features, List<ColumnSpec> declared) {
        ElementSpec first = features.get(0).feature();
        this.column = first.column();
        this.position = ColumnReader.indexOf(column, declared);
        this.cell = cell(column, declared.get(position).type());
        this.size = first.size();
        this.slots = features.stream().mapToInt(Slotted::slot).toArray();
        this.indexes = features.stream().mapToInt(slotted -> slotted.feature().index()).toArray();
        this.areInPlace =
                slots.length == size
                        && IntStream.range(0, size)
                                .allMatch(i -> slots[i] == slots[0] + i && indexes[i] == i);
    }

    int[] slots() {
        return slots;
    }

    /**
     * Writes each number into its slot of the vector.
     *
     * @param wanted the only slots to write; null for all
     * @throws ExpressionException where the column has more or fewer elements, or one is infinite
     */
    void answer(RowData row, double[] vector, int @Nullable [] wanted) {
        if (areInPlace && wanted == null) {
            read(row, vector, slots[0]);
            return;
        }
        double[] numbers = new double[size];
        read(row, numbers, 0);
        for (int i = 0; i < slots.length; i++) {
            if (wanted == null || Arrays.binarySearch(wanted, slots[i]) >= 0) {
                vector[slots[i]] = numbers[indexes[i]];
            }
        }
    }

    private void read(RowData row, double[] numbers, int into) {
        if (row.isNullAt(position)) {
            Arrays.fill(numbers, into, into + size, Double.NaN);
            return;
        }
        int found = cell.read(row, position, numbers, into, size);
        if (found != size) {
            throw new ExpressionException(
                    "%s has %d elements; it must have %d".formatted(column, found, size));
        }
        if (areAllFinite(numbers, into)) {
            return;
        }
        for (int i = 0; i < size; i++) {
            if (Double.isInfinite(numbers[into + i])) {
                throw new ExpressionException(
                        "%s[%d] is %s; it must be finite".formatted(column, i, numbers[into + i]));
            }
        }
    }

    /** Whether none is missing either, without a branch for each. */
    private boolean areAllFinite(double[] numbers, int into) {
        long signs = 0;
        for (int i = into; i < into + size; i++) {
            signs |= (Double.doubleToRawLongBits(numbers[i]) & EXPONENT) + CARRY;
        }
        return signs >= 0;
    }

    private static Cell cell(String column, LogicalType type) {
        return switch (type.getTypeRoot()) {
            case BINARY, VARBINARY -> new Floats(column);
            case ARRAY -> {
                Element element = element(column, ((ArrayType) type).getElementType());
                yield (row, at, numbers, into, size) ->
                        elements(row.getArray(at), element, numbers, into, size);
            }
            default -> throw unfit(column, type);
        };
    }

    private static Element element(String column, LogicalType type) {
        return switch (type.getTypeRoot()) {
            case TINYINT -> ArrayData::getByte;
            case SMALLINT -> ArrayData::getShort;
            case INTEGER -> ArrayData::getInt;
            case BIGINT -> ArrayData::getLong;
            case FLOAT -> ArrayData::getFloat;
            case DOUBLE -> ArrayData::getDouble;
            default -> throw unfit(column, type);
        };
    }

    private static IllegalArgumentException unfit(String column, LogicalType type) {
        return new IllegalArgumentException(
                "%s is %s, which has no elements that are numbers"
                        .formatted(column, type.asSummaryString()));
    }

    private static int elements(
            ArrayData array, Element element, double[] numbers, int into, int size) {
        int count = Math.min(array.size(), size);
        for (int i = 0; i < count; i++) {
            numbers[into + i] = array.isNullAt(i) ? Double.NaN : element.read(array, i);
        }
        return array.size();
    }

    /** Bytes: {@code float32}, the lowest byte first. */
    private static final class Floats implements Cell {
        private static final long serialVersionUID = 1L;

        private final String column;

        /** Moved here at once: element by element a view of bytes takes more than twice as long. */
        private transient float @Nullable [] line;

        Floats(String column) {
            this.column = column;
        }

        @Override
        public int read(RowData row, int position, double[] numbers, int into, int size) {
            byte[] bytes = row.getBinary(position);
            if (bytes.length % Float.BYTES != 0) {
                throw new ExpressionException(
                        "%s has %d bytes; it must have %d, %d for each of %d numbers"
                                .formatted(
                                        column,
                                        bytes.length,
                                        size * Float.BYTES,
                                        Float.BYTES,
                                        size));
            }
            int found = bytes.length / Float.BYTES;
            int count = Math.min(found, size);
            if (line == null) {
                line = new float[size];
            }
            ByteBuffer.wrap(bytes)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer()
                    .get(line, 0, count);
            for (int i = 0; i < count; i++) {
                numbers[into + i] = line[i];
            }
            return found;
        }
    }
}
