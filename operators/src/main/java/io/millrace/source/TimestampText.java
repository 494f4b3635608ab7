package io.millrace.source;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.apache.flink.table.data.TimestampData;

/**
 * Reads instants as files write them: {@code 2018-04-01T00:00:31.5Z}, {@code 2018-04-01
 * 00:00:31+02:00}, {@code 2018-04-01}. What names no zone is UTC.
 */
final class TimestampText {
    private static final int MILLIS_PER_SECOND = 1_000;
    private static final int NANOS_PER_MILLI = 1_000_000;
    private static final int SECONDS_PER_DAY = 86_400;
    private static final int NANO_DIGITS = 9;

    private final String text;
    private int position;

    private TimestampText(String text) {
        this.text = text;
    }

    /**
     * The instant.
     *
     * @throws DateTimeException where the text is none
     */
    static TimestampData parse(String text) {
        return new TimestampText(text.strip()).read();
    }

    private TimestampData read() {
        int year = number(4);
        require('-');
        int month = number(2);
        require('-');
        long seconds = LocalDate.of(year, month, number(2)).toEpochDay() * SECONDS_PER_DAY;
        int nanos = 0;
        if (position < text.length()) {
            if (!accept('T') && !accept('t') && !accept(' ')) {
                throw unreadable();
            }
            seconds += bounded(number(2), 23) * 3_600L;
            require(':');
            seconds += bounded(number(2), 59) * 60L;
            if (accept(':')) {
                seconds += bounded(number(2), 59);
                nanos = accept('.') ? fraction() : 0;
            }
            seconds -= offsetSeconds();
        }
        return TimestampData.fromEpochMillis(
                seconds * MILLIS_PER_SECOND + nanos / NANOS_PER_MILLI, nanos % NANOS_PER_MILLI);
    }

    private int fraction() {
        int nanos = 0;
        int digits = 0;
        while (position < text.length() && Character.digit(text.charAt(position), 10) >= 0) {
            if (digits++ < NANO_DIGITS) {
                nanos = nanos * 10 + Character.digit(text.charAt(position), 10);
            }
            position++;
        }
        if (digits == 0) {
            throw unreadable();
        }
        for (int i = digits; i < NANO_DIGITS; i++) {
            nanos *= 10;
        }
        return nanos;
    }

    private int offsetSeconds() {
        if (position == text.length()) {
            return 0;
        }
        String zone = text.substring(position).strip();
        return zone.equals("UTC")
                ? 0
                : ZoneOffset.of(zone.toUpperCase(java.util.Locale.ROOT)).getTotalSeconds();
    }

    private int number(int digits) {
        if (position + digits > text.length()) {
            throw unreadable();
        }
        int number = 0;
        for (int i = 0; i < digits; i++) {
            int digit = text.charAt(position++) - '0';
            if (digit < 0 || digit > 9) {
                throw unreadable();
            }
            number = number * 10 + digit;
        }
        return number;
    }

    private int bounded(int number, int max) {
        if (number > max) {
            throw unreadable();
        }
        return number;
    }

    private boolean accept(char expected) {
        if (position < text.length() && text.charAt(position) == expected) {
            position++;
            return true;
        }
        return false;
    }

    private void require(char expected) {
        if (!accept(expected)) {
            throw unreadable();
        }
    }

    private DateTimeException unreadable() {
        return new DateTimeException(text + " is no time");
    }
}
