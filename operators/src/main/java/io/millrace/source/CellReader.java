package io.millrace.source;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.LogicalType;
import org.jspecify.annotations.Nullable;

/**
 * Makes a column's value of what a file holds: text, or a value of the file's own types. A number
 * of another kind is read by its decimal digits, so that 12.3 in a file of doubles is the decimal
 * 12.3.
 */
@FunctionalInterface
interface CellReader {

    /**
     * The value, or null where the cell is a number that does not fit the type.
     *
     * @throws NumberFormatException when the cell is not of the type at all
     * @throws DateTimeException when it is no date or time
     */
    @Nullable Object read(Object cell);

    /** The reader for a type; null where only formats that nest can hold it. */
    static @Nullable CellReader of(LogicalType type) {
        return switch (type.getTypeRoot()) {
            case CHAR, VARCHAR -> cell -> StringData.fromString(cell.toString());
            case BOOLEAN -> {
                TextReader text = TextReader.of(type);
                yield cell -> cell instanceof Boolean ? cell : text.read(cell.toString());
            }
            case DECIMAL -> {
                TextReader text = TextReader.of(type);
                yield cell ->
                        text.read(
                                cell instanceof BigDecimal number
                                        ? number.toPlainString()
                                        : cell.toString());
            }
            case TINYINT -> cell -> whole(cell, Byte.MIN_VALUE, Byte.MAX_VALUE, Long::byteValue);
            case SMALLINT ->
                    cell -> whole(cell, Short.MIN_VALUE, Short.MAX_VALUE, Long::shortValue);
            case INTEGER ->
                    cell -> whole(cell, Integer.MIN_VALUE, Integer.MAX_VALUE, Long::intValue);
            case BIGINT -> cell -> cell instanceof Long ? cell : Long.valueOf(digits(cell));
            case FLOAT -> cell -> cell instanceof Float ? cell : Float.valueOf(cell.toString());
            case DOUBLE ->
                    cell -> cell instanceof Double ? cell : Double.valueOf(cell.toString().strip());
            case DATE -> CellReader::date;
            case TIMESTAMP_WITHOUT_TIME_ZONE, TIMESTAMP_WITH_LOCAL_TIME_ZONE ->
                    CellReader::timestamp;
            default -> null;
        };
    }

    /** Of the narrower whole numbers. */
    interface Narrowing {
        Object of(Long value);
    }

    private static @Nullable Object whole(Object cell, long min, long max, Narrowing narrowing) {
        Long value = cell instanceof Long known ? known : Long.valueOf(digits(cell));
        return value < min || value > max ? null : narrowing.of(value);
    }

    /** Tables with missing values often hold whole numbers as 7.0. */
    private static String digits(Object cell) {
        String text = cell.toString().strip();
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }

    private static Object date(Object cell) {
        LocalDate date = cell instanceof LocalDate known ? known : LocalDate.parse(cell.toString());
        return (int) date.toEpochDay();
    }

    private static Object timestamp(Object cell) {
        if (cell instanceof Instant instant) {
            return TimestampData.fromInstant(instant);
        }
        return cell instanceof LocalDateTime time
                ? TimestampData.fromLocalDateTime(time)
                : TimestampText.parse(cell.toString());
    }
}
