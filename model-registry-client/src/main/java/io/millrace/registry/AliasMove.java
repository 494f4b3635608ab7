package io.millrace.registry;

import io.millrace.registry.ModelRegistryException.Reason;
import org.jspecify.annotations.Nullable;

/**
 * One alias, moved from the version that somebody saw there to another.
 *
 * @param from what it points at now, or null where it is unset
 */
record AliasMove(String alias, @Nullable String from, String to) {

    /** Refuses the move where the alias is no longer where it was seen. */
    void check(String model, @Nullable String now) {
        if (now == null ? from != null : !now.equals(from)) {
            throw new ModelRegistryException(
                    Reason.ALIAS_MOVED,
                    "%s@%s is %s; it must still be %s: somebody has moved it, look again"
                            .formatted(model, alias, shown(now), shown(from)));
        }
    }

    private static String shown(@Nullable String version) {
        return version == null ? "unset" : "version " + version;
    }
}
