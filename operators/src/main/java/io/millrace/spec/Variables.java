package io.millrace.spec;

import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Fills in <code>${NAME}</code> and <code>${NAME:-default}</code>. They are filled in after the
 * YAML has been read, so that no value of a variable can add a key.
 */
final class Variables {

    private static final Pattern VARIABLE =
            Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?}");

    private Variables() {}

    /**
     * The text with its variables filled in.
     *
     * @param unset takes the names that have neither a value nor a default
     */
    static String fill(String text, Function<String, @Nullable String> values, List<String> unset) {
        StringBuilder filled = new StringBuilder();
        Matcher matcher = VARIABLE.matcher(text);
        while (matcher.find()) {
            String value = values.apply(matcher.group(1));
            if (value == null) {
                value = matcher.group(2);
            }
            if (value == null) {
                unset.add(matcher.group(1));
                value = "";
            }
            matcher.appendReplacement(filled, Matcher.quoteReplacement(value));
        }
        return matcher.appendTail(filled).toString();
    }
}
