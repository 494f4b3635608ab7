package io.millrace.registry;

import io.millrace.registry.ModelRegistryException.Reason;
import java.util.regex.Pattern;

/**
 * What a model, a version or an alias may be called: a name that is one path segment on every file
 * system and in every URL, so that no name leads anywhere else.
 */
final class RegistryName {
    private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

    // A refused name may be anything at all: enough to recognise it, no control characters.
    private static final int SHOWN = 40;

    private RegistryName() {}

    static boolean isAllowed(String name) {
        return ALLOWED.matcher(name).matches();
    }

    static void check(String what, String name) {
        if (!isAllowed(name)) {
            throw new ModelRegistryException(
                    Reason.NAME_REFUSED,
                    "%s is '%s'; it must be 1 to 128 letters, digits, dots, hyphens or underscores,"
                                    .formatted(what, shown(name))
                            + " the first a letter or a digit");
        }
    }

    private static String shown(String name) {
        var clean = name.replaceAll("\\p{Cntrl}", "?");
        return clean.length() <= SHOWN ? clean : clean.substring(0, SHOWN) + "…";
    }
}
