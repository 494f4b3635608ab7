package io.millrace.spec;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Durations as people write them: {@code 2 ms}, {@code 30 s}, {@code 15 min}, {@code PT1H}. */
final class DurationText {

    static final String EXAMPLES = "a duration such as 2 ms, 30 s, 15 min, 1 h, 7 d or PT1H30M";

    /** What {@link #parse} accepts, for editors. */
    static final String PATTERN = "^\\s*(\\d+\\s*(ms|s|sec|min|m|h|d)|P[0-9DTHMS.]+)\\s*$";

    private static final Pattern WITH_UNIT = Pattern.compile("(\\d{1,15})\\s*([a-z]+)");

    /** Longer than any window; sums of a few stay far from overflow in milliseconds. */
    private static final Duration LONGEST = Duration.ofDays(36_525);

    private DurationText() {}

    /** The duration, or null where the text is none, or one of more than a hundred years. */
    static @Nullable Duration parse(String text) {
        String trimmed = text.strip();
        try {
            Duration duration =
                    trimmed.startsWith("P") ? Duration.parse(trimmed) : withUnit(trimmed);
            return duration == null || duration.compareTo(LONGEST) > 0 ? null : duration;
        } catch (DateTimeException | ArithmeticException e) {
            return null;
        }
    }

    /** The duration as a file would write it. */
    static String show(Duration duration) {
        long millis = duration.toMillis();
        if (millis % 86_400_000 == 0 && millis > 0) {
            return millis / 86_400_000 + " d";
        }
        if (millis % 3_600_000 == 0 && millis > 0) {
            return millis / 3_600_000 + " h";
        }
        if (millis % 60_000 == 0 && millis > 0) {
            return millis / 60_000 + " min";
        }
        return millis % 1000 == 0 ? millis / 1000 + " s" : millis + " ms";
    }

    private static @Nullable Duration withUnit(String text) {
        Matcher matcher = WITH_UNIT.matcher(text);
        if (!matcher.matches()) {
            return null;
        }
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s", "sec" -> Duration.ofSeconds(amount);
            case "min", "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            case "d" -> Duration.ofDays(amount);
            default -> null;
        };
    }
}
