package io.millrace.sink;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.time.Instant;
import java.time.LocalDate;

/**
 * Writes a time as ISO-8601 in UTC with exactly three decimals: {@code 2018-07-25T00:00:12.000Z}.
 *
 * <p>The date is worked out once per day of event time, not once per record. Years before 0 and
 * after 9999, which the format writes with a sign, are left to {@link Instant}.
 */
final class IsoTime {
    private static final long DAY_MILLIS = 86_400_000;
    private static final long FIRST_DAY = LocalDate.of(0, 1, 1).toEpochDay();
    private static final long LAST_DAY = LocalDate.of(9999, 12, 31).toEpochDay();

    private final byte[] text = "0000-00-00T00:00:00.000Z".getBytes(US_ASCII);
    private long day = Long.MIN_VALUE;

    /** The text of a time; the array is reused by the next call. */
    byte[] apply(long epochMillis) {
        long thisDay = Math.floorDiv(epochMillis, DAY_MILLIS);
        if (thisDay != day) {
            if (thisDay < FIRST_DAY || thisDay > LAST_DAY) {
                return Instant.ofEpochMilli(epochMillis).toString().getBytes(US_ASCII);
            }
            writeDate(LocalDate.ofEpochDay(thisDay));
            day = thisDay;
        }
        int millisOfDay = (int) (epochMillis - thisDay * DAY_MILLIS);
        int secondOfDay = millisOfDay / 1_000;
        twoDigits(11, secondOfDay / 3_600);
        twoDigits(14, secondOfDay / 60 % 60);
        twoDigits(17, secondOfDay % 60);
        int millis = millisOfDay % 1_000;
        text[20] = (byte) ('0' + millis / 100);
        twoDigits(21, millis % 100);
        return text;
    }

    private void writeDate(LocalDate date) {
        twoDigits(0, date.getYear() / 100);
        twoDigits(2, date.getYear() % 100);
        twoDigits(5, date.getMonthValue());
        twoDigits(8, date.getDayOfMonth());
    }

    private void twoDigits(int at, int value) {
        text[at] = (byte) ('0' + value / 10);
        text[at + 1] = (byte) ('0' + value % 10);
    }
}
