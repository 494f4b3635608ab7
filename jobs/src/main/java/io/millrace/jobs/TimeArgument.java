package io.millrace.jobs;

import io.millrace.jobs.terminal.CommandFailure;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;

/** A moment that somebody has typed. */
final class TimeArgument {
    private TimeArgument() {}

    /**
     * Epoch milliseconds of a date, its first moment in UTC, or of a time, in UTC unless it says
     * otherwise.
     *
     * @throws CommandFailure where it is neither
     */
    static long millis(String option, String text) {
        try {
            if (text.indexOf('T') < 0) {
                return LocalDate.parse(text)
                        .atStartOfDay()
                        .toInstant(ZoneOffset.UTC)
                        .toEpochMilli();
            }
            try {
                return OffsetDateTime.parse(text).toInstant().toEpochMilli();
            } catch (DateTimeParseException e) {
                return LocalDateTime.parse(text).toInstant(ZoneOffset.UTC).toEpochMilli();
            }
        } catch (DateTimeException e) {
            throw CommandFailure.badInput(
                            "%s is %s; it must be a date like 2018-07-25 or a time like"
                                    + " 2018-07-25T06:30:00Z",
                            option, text)
                    .causedBy(e);
        }
    }
}
