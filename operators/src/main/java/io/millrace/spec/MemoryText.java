package io.millrace.spec;

import org.jspecify.annotations.Nullable;

/** Sizes of memory as people write them: {@code 512 MiB}, {@code 2 GiB}. */
final class MemoryText {

    static final String EXAMPLES = "a size such as 512 MiB or 2 GiB";

    /** What {@link #parse} accepts, for editors. */
    static final String PATTERN = "^\\s*[1-9]\\d{0,5}\\s*(MiB|GiB)\\s*$";

    private MemoryText() {}

    /** The bytes, or null where the text is no size. */
    static @Nullable Long parse(String text) {
        if (!text.matches(PATTERN)) {
            return null;
        }
        String size = text.strip();
        String amount = size.substring(0, size.length() - "MiB".length()).strip();
        return Long.parseLong(amount) << (size.endsWith("GiB") ? 30 : 20);
    }
}
