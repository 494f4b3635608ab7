package io.millrace.source;

import java.io.Serializable;
import java.math.BigDecimal;
import java.util.Locale;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LogicalType;
import org.jspecify.annotations.Nullable;

/**
 * Makes a column's value of its text, where Flink's text formats are too forgiving: they read an
 * overflowing decimal as null, {@code "yes"} as false, and take more than a minute of CPU for
 * {@code 1e99999999}.
 */
@FunctionalInterface
interface TextReader extends Serializable {

    /**
     * The value, or null where the text is a number that does not fit the type.
     *
     * @throws NumberFormatException when the text is not of the type at all
     */
    @Nullable Object read(String text);

    /** Whether columns of this type are read from text. */
    static boolean reads(LogicalType type) {
        return switch (type.getTypeRoot()) {
            case DECIMAL, BOOLEAN -> true;
            default -> false;
        };
    }

    /** The reader for a type that {@link #reads} accepts. */
    static TextReader of(LogicalType type) {
        if (type instanceof DecimalType decimal) {
            return new DecimalReader(decimal.getPrecision(), decimal.getScale());
        }
        return TextReader::readBoolean;
    }

    private static Object readBoolean(String text) {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new NumberFormatException("not a boolean");
        };
    }

    /** Reads {@code DECIMAL(precision, scale)}; further digits are rounded half up, as SQL does. */
    record DecimalReader(int precision, int scale) implements TextReader {

        // Long division is quadratic in the digits; no money has more.
        private static final int MAX_LENGTH = 1_000;

        // So many digits always fit a long.
        private static final int LONG_DIGITS = 18;

        @Override
        public @Nullable Object read(String text) {
            int length = text.length();
            if (length == 0 || length > LONG_DIGITS) {
                return readLong(text);
            }
            boolean negative = text.charAt(0) == '-';
            int start = negative ? 1 : 0;
            long unscaled = 0;
            int point = length;
            for (int i = start; i < length; i++) {
                int digit = text.charAt(i) - '0';
                if (digit >= 0 && digit <= 9) {
                    unscaled = unscaled * 10 + digit;
                } else if (digit == '.' - '0' && point == length) {
                    point = i;
                } else {
                    return readLong(text);
                }
            }
            int fraction = Math.max(0, length - point - 1);
            boolean digitsOnBothSides = point > start && (fraction > 0 || point == length);
            if (!digitsOnBothSides || fraction > scale) {
                return readLong(text);
            }
            return scaled(negative ? -unscaled : unscaled, scale - fraction, text);
        }

        private @Nullable Object scaled(long unscaled, int zeros, String text) {
            if (precision > LONG_DIGITS || text.length() + zeros > LONG_DIGITS) {
                return readLong(text);
            }
            long value = unscaled;
            for (int i = 0; i < zeros; i++) {
                value *= 10;
            }
            long limit = 1;
            for (int i = 0; i < precision; i++) {
                limit *= 10;
            }
            return Math.abs(value) < limit
                    ? DecimalData.fromUnscaledLong(value, precision, scale)
                    : null;
        }

        private @Nullable Object readLong(String text) {
            if (text.length() > MAX_LENGTH) {
                throw new NumberFormatException("longer than " + MAX_LENGTH + " characters");
            }
            BigDecimal value = new BigDecimal(text.strip());
            // The exponent is looked at before anything is scaled by it.
            long integerDigits = (long) value.precision() - value.scale();
            if (value.signum() == 0 || integerDigits < -scale) {
                return DecimalData.zero(precision, scale);
            }
            if (integerDigits > precision - scale) {
                return null;
            }
            return DecimalData.fromBigDecimal(value, precision, scale);
        }
    }
}
