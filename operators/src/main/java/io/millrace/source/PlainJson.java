package io.millrace.source;

import com.fasterxml.jackson.core.io.NumberInput;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Arrays;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.jspecify.annotations.Nullable;

/**
 * Reads a JSON object of plain values, as nearly every record is one, in a single pass over its
 * bytes: numbers, ASCII texts without escapes, times, arrays of numbers, and null.
 *
 * <p>What it reads, it reads as Flink's format does, to the bit. A record that holds anything else,
 * a mistake among them, it leaves to Flink's format as a whole. Not for concurrent use.
 */
final class PlainJson {
    /** What stands for a value that is not plain. */
    private static final Object OTHER = new Object();

    private static final int MOST_DIGITS = 18;
    private static final int LONGEST_NUMBER = 100;

    /** 2^53: up to here every integer is a double. */
    private static final long EXACT = 1L << 53;

    private static final double[] POWERS_OF_TEN = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
        1e17, 1e18, 1e19, 1e20, 1e21, 1e22
    };

    /**
     * The bits of a double beyond a float's, and what they are in the middle between two floats.
     */
    private static final long BEYOND_FLOAT = (1L << 29) - 1;

    private static final long BETWEEN_FLOATS = 1L << 28;

    private static final long MILLIS_PER_DAY = 86_400_000;
    private static final int NANO_DIGITS = 9;
    private static final int NANOS_PER_MILLI = 1_000_000;

    private final byte[][] names;
    private final Reader[] readers;
    private final boolean[] found;
    private final boolean mayMiss;

    private byte[] bytes = {};
    private int at;

    // The number that was read last.
    private int start;
    private long significand;
    private int power;
    private boolean isNegative;
    private boolean isWhole;
    private boolean isExact;

    private double[] elements = new double[16];

    /** Reads a value that begins here; {@link #OTHER} where it is not plain. */
    @FunctionalInterface
    private interface Reader {
        Object read(PlainJson json);
    }

    private PlainJson(byte[][] names, Reader[] readers, boolean mayMiss) {
        this.names = names;
        this.readers = readers;
        this.found = new boolean[names.length];
        this.mayMiss = mayMiss;
    }

    /**
     * The reader of some columns, or null where one of them has no plain values.
     *
     * @param between what stands between a date and a time
     * @param mayMiss whether a column that an object lacks is null
     */
    static @Nullable PlainJson of(RowType columns, char between, boolean mayMiss) {
        var names = new byte[columns.getFieldCount()][];
        var readers = new Reader[names.length];
        for (int i = 0; i < names.length; i++) {
            names[i] = columns.getFieldNames().get(i).getBytes(StandardCharsets.UTF_8);
            Reader reader = reader(columns.getTypeAt(i), between);
            if (reader == null) {
                return null;
            }
            readers[i] = reader;
        }
        return new PlainJson(names, readers, mayMiss);
    }

    private static @Nullable Reader reader(LogicalType type, char between) {
        return switch (type.getTypeRoot()) {
            case INTEGER -> PlainJson::readInt;
            case BIGINT -> PlainJson::readLong;
            case FLOAT -> json -> json.number() ? (Object) json.asFloat() : OTHER;
            case DOUBLE -> json -> json.number() ? (Object) json.asDouble() : OTHER;
            case CHAR, VARCHAR -> PlainJson::readText;
            case TIMESTAMP_WITHOUT_TIME_ZONE -> json -> json.readTime(between, false);
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE -> json -> json.readTime(between, true);
            case ARRAY ->
                    switch (((ArrayType) type).getElementType().getTypeRoot()) {
                        case FLOAT -> PlainJson::readFloats;
                        case DOUBLE -> PlainJson::readDoubles;
                        default -> null;
                    };
            default -> null;
        };
    }

    /** The row of an object, or null where it is left to Flink's format. */
    @Nullable GenericRowData read(byte[] json) {
        bytes = json;
        at = 0;
        Arrays.fill(found, false);
        var row = new GenericRowData(names.length);
        if (next() != '{') {
            return null;
        }
        at++;
        int expected = 0;
        int count = 0;
        byte separator = next();
        if (separator == '}') {
            at++;
            return isOver(count) ? row : null;
        }
        while (true) {
            if (next() != '"') {
                return null;
            }
            at++;
            int column = column(expected);
            if (column < 0 && !skipText()) {
                return null;
            }
            if (next() != ':') {
                return null;
            }
            at++;
            byte first = next();
            if (column < 0) {
                if (!skipValue(first)) {
                    return null;
                }
            } else {
                if (found[column]) {
                    // Said twice: which one counts is Flink's business.
                    return null;
                }
                found[column] = true;
                count++;
                expected = column + 1;
                Object value = first == 'n' ? readNull() : readers[column].read(this);
                if (value == OTHER) {
                    return null;
                }
                row.setField(column, value);
            }
            separator = next();
            at++;
            if (separator == '}') {
                return isOver(count) ? row : null;
            }
            if (separator != ',') {
                return null;
            }
        }
    }

    private boolean isOver(int count) {
        return next() == 0 && at >= bytes.length && (mayMiss || count == names.length);
    }

    /** The next byte that is not white space; 0 behind the last one. */
    private byte next() {
        while (at < bytes.length) {
            byte here = bytes[at];
            if (here != ' ' && here != '\n' && here != '\r' && here != '\t') {
                return here;
            }
            at++;
        }
        return 0;
    }

    private byte here() {
        return at < bytes.length ? bytes[at] : 0;
    }

    /**
     * The column whose name begins here, and goes behind it; negative where there is none.
     *
     * @param expected fields nearly always come in the same order
     */
    private int column(int expected) {
        if (expected < names.length && isName(names[expected])) {
            at += names[expected].length + 1;
            return expected;
        }
        for (int column = 0; column < names.length; column++) {
            if (isName(names[column])) {
                at += names[column].length + 1;
                return column;
            }
        }
        return -1;
    }

    private boolean isName(byte[] name) {
        int end = at + name.length;
        return end < bytes.length
                && bytes[end] == '"'
                && Arrays.equals(bytes, at, end, name, 0, name.length);
    }

    /** Goes behind a text that began before; false where it is not plain. */
    private boolean skipText() {
        for (int i = at; i < bytes.length; i++) {
            byte here = bytes[i];
            if (here == '"') {
                at = i + 1;
                return true;
            }
            // What is not ASCII is negative.
            if (here < ' ' || here == '\\') {
                return false;
            }
        }
        return false;
    }

    private boolean skipValue(byte first) {
        return switch (first) {
            case '"' -> {
                at++;
                yield skipText();
            }
            case 't' -> isWord("true");
            case 'f' -> isWord("false");
            case 'n' -> isWord("null");
            default -> number();
        };
    }

    private @Nullable Object readNull() {
        return isWord("null") ? null : OTHER;
    }

    private boolean isWord(String word) {
        for (int i = 0; i < word.length(); i++) {
            if (here() != word.charAt(i)) {
                return false;
            }
            at++;
        }
        return true;
    }

    private Object readText() {
        byte first = here();
        int from = first == '"' ? at + 1 : at;
        if (!skipValue(first)) {
            return OTHER;
        }
        int to = first == '"' ? at - 1 : at;
        return StringData.fromBytes(bytes, from, to - from);
    }

    private Object readInt() {
        return number() && isWhole && isExact && (int) whole() == whole()
                ? (Object) (int) whole()
                : OTHER;
    }

    private Object readLong() {
        return number() && isWhole && isExact ? (Object) whole() : OTHER;
    }

    private Object readFloats() {
        int count = readElements(false);
        if (count < 0) {
            return OTHER;
        }
        var floats = new float[count];
        for (int i = 0; i < count; i++) {
            floats[i] = (float) elements[i];
        }
        return new GenericArrayData(floats);
    }

    private Object readDoubles() {
        int count = readElements(true);
        return count < 0 ? OTHER : new GenericArrayData(Arrays.copyOf(elements, count));
    }

    /** How many elements there are; negative where they are not plain. */
    private int readElements(boolean areDoubles) {
        if (here() != '[') {
            return -1;
        }
        at++;
        if (next() == ']') {
            at++;
            return 0;
        }
        int count = 0;
        while (true) {
            next();
            if (!number()) {
                return -1;
            }
            if (count == elements.length) {
                elements = Arrays.copyOf(elements, 2 * count);
            }
            elements[count++] = areDoubles ? asDouble() : asFloat();
            byte separator = next();
            at++;
            if (separator == ']') {
                return count;
            }
            if (separator != ',') {
                return -1;
            }
        }
    }

    /** Reads a number, and goes behind it; false where there is none. */
    private boolean number() {
        start = at;
        int i = at;
        isNegative = i < bytes.length && bytes[i] == '-';
        if (isNegative) {
            i++;
        }
        int firstDigit = i;
        long digits = 0;
        while (i < bytes.length && isDigit(bytes[i])) {
            digits = 10 * digits + (bytes[i] - '0');
            i++;
        }
        int count = i - firstDigit;
        if (count == 0 || (count > 1 && bytes[firstDigit] == '0')) {
            return false;
        }
        int scale = 0;
        isWhole = true;
        if (i < bytes.length && bytes[i] == '.') {
            isWhole = false;
            i++;
            int firstDecimal = i;
            while (i < bytes.length && isDigit(bytes[i])) {
                digits = 10 * digits + (bytes[i] - '0');
                i++;
            }
            scale = i - firstDecimal;
            if (scale == 0) {
                return false;
            }
        }
        isExact = count + scale <= MOST_DIGITS;
        significand = digits;
        power = -scale;
        at = i;
        if (i < bytes.length && (bytes[i] == 'e' || bytes[i] == 'E')) {
            isWhole = false;
            return exponent();
        }
        return at - start <= LONGEST_NUMBER;
    }

    private boolean exponent() {
        at++;
        byte sign = here();
        if (sign == '-' || sign == '+') {
            at++;
        }
        int firstDigit = at;
        int exponent = 0;
        while (isDigit(here()) && at - firstDigit < 4) {
            exponent = 10 * exponent + (here() - '0');
            at++;
        }
        power += sign == '-' ? -exponent : exponent;
        return at > firstDigit && !isDigit(here()) && at - start <= LONGEST_NUMBER;
    }

    private static boolean isDigit(byte character) {
        return character >= '0' && character <= '9';
    }

    private long whole() {
        return isNegative ? -significand : significand;
    }

    /** The double nearest to the number. */
    private double asDouble() {
        if (isExact
                && significand <= EXACT
                && -POWERS_OF_TEN.length < power
                && power < POWERS_OF_TEN.length) {
            // Both operands are exact, so that the result is rounded once (Clinger, 1990).
            double value =
                    power < 0
                            ? significand / POWERS_OF_TEN[-power]
                            : significand * POWERS_OF_TEN[power];
            return isNegative ? -value : value;
        }
        return NumberInput.parseDouble(text(), true);
    }

    /** The float nearest to the number. */
    private float asFloat() {
        double nearest = asDouble();
        // Rounded twice, it may be another one only if the first rounding ended in the middle.
        boolean isBetween = (Double.doubleToRawLongBits(nearest) & BEYOND_FLOAT) == BETWEEN_FLOATS;
        boolean isNormal = Math.abs(nearest) >= Float.MIN_NORMAL || nearest == 0;
        return isBetween || !isNormal ? NumberInput.parseFloat(text(), true) : (float) nearest;
    }

    private String text() {
        return new String(bytes, start, at - start, StandardCharsets.ISO_8859_1);
    }

    /**
     * Reads {@code "2026-01-31 23:59:59.123"}, or with a {@code T} between date and time.
     *
     * @param isZoned whether a {@code Z} follows
     */
    private Object readTime(char between, boolean isZoned) {
        if (here() != '"') {
            return OTHER;
        }
        at++;
        int year = digits(4, '-');
        int month = digits(2, '-');
        int day = digits(2, between);
        int hour = digits(2, ':');
        int minute = digits(2, ':');
        int second = digits(2, (char) 0);
        // How the last days of a month roll over is Flink's business.
        boolean isPlain =
                year >= 1970
                        && month >= 1
                        && month <= 12
                        && day >= 1
                        && day <= 28
                        && hour >= 0
                        && hour < 24
                        && minute >= 0
                        && minute < 60
                        && second >= 0
                        && second < 60;
        int nanos = isPlain ? nanos() : -1;
        if (nanos < 0 || (isZoned && !isWord("Z")) || here() != '"') {
            return OTHER;
        }
        at++;
        long millisOfDay = ((hour * 60L + minute) * 60 + second) * 1_000 + nanos / NANOS_PER_MILLI;
        return TimestampData.fromEpochMillis(
                LocalDate.of(year, month, day).toEpochDay() * MILLIS_PER_DAY + millisOfDay,
                nanos % NANOS_PER_MILLI);
    }

    /**
     * A number of so many digits, and goes behind what ends it; negative where it is not there.
     *
     * @param end what ends it; 0 for anything
     */
    private int digits(int count, char end) {
        int value = 0;
        for (int i = 0; i < count; i++) {
            byte digit = here();
            if (!isDigit(digit)) {
                return -1;
            }
            value = 10 * value + (digit - '0');
            at++;
        }
        if (end != 0) {
            if (here() != end) {
                return -1;
            }
            at++;
        }
        return value;
    }

    /** The fraction of a second; 0 where there is none, negative where it is not plain. */
    private int nanos() {
        if (here() != '.') {
            return 0;
        }
        at++;
        int nanos = 0;
        int count = 0;
        while (count < NANO_DIGITS && isDigit(here())) {
            nanos = 10 * nanos + (here() - '0');
            count++;
            at++;
        }
        if (count == 0) {
            return -1;
        }
        for (int i = count; i < NANO_DIGITS; i++) {
            nanos *= 10;
        }
        return nanos;
    }
}
