package io.millrace.registry;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which version an alias points at, or pointed at when the registry could last say.
 *
 * @param at when the registry said so, by this machine's clock
 * @param failure why it cannot say now, or null where it has just said
 */
public record Resolution(
        ModelVersion version, Instant at, @Nullable ModelRegistryException failure) {

    /** Whether this is what the registry says now. */
    public boolean isCurrent() {
        return failure == null;
    }
}
