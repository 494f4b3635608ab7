package io.millrace.registry;

import io.millrace.registry.ModelRegistryException.Reason;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What a model, a version or an alias may be called: a name that is one path segment on every file
 * system and in every URL, so that no name leads anywhere else.
 */
final class RegistryName {
    private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

    private static final int SHOWN = 40;

    private static final int NAMES_SHOWN = 8;

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

    /** The first of the names, for a sentence that says what there is. */
    static String some(List<String> names) {
        var some = String.join(", ", names.subList(0, Math.min(NAMES_SHOWN, names.size())));
        return some.isEmpty() ? "(none is registered)" : some;
    }

    /** Enough of a name to recognise it, whatever it holds. */
    static String shown(String name) {
        var clean = name.replaceAll("\\p{Cntrl}", "?");
        return clean.length() <= SHOWN ? clean : clean.substring(0, SHOWN) + "…";
    }
}
