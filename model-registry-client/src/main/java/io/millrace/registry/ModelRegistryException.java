package io.millrace.registry;

import org.jspecify.annotations.Nullable;

/**
 * Says why a registry has no answer, in one sentence: what it is, what it must be, how to mend it.
 */
public final class ModelRegistryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    /** Why there is no answer. The names are stable: alerts and exit codes key on them. */
    public enum Reason {
        /** The registry is not where it was said to be. */
        REGISTRY_MISSING,
        /** A model name, version or alias that no registry may hold. */
        NAME_REFUSED,
        /** A file that leads out of the registry, or is no plain file. */
        PATH_REFUSED,
        /** The registry holds no model of that name. */
        MODEL_MISSING,
        /** The model's aliases cannot be understood. */
        ALIASES_UNREADABLE,
        /** The model has no version behind the alias. */
        ALIAS_UNSET,
        /** The model has no such version. */
        VERSION_MISSING,
        /** The version's metadata is missing, too large, or does not say what it must. */
        METADATA_UNREADABLE,
        /** The version's model file is missing. */
        ARTIFACT_MISSING,
        /** The model file is larger than any model may be. */
        MODEL_TOO_LARGE,
        /** The bytes are not those that were registered. */
        DIGEST_DIFFERS,
        /** The golden rows are missing, too large, or do not fit the model's inputs. */
        GOLDEN_UNREADABLE,
        /** The cache cannot be written: rights, or no space. */
        CACHE_FAILED,
        /** The registry could not be read, though it is there. */
        READ_FAILED
    }

    ModelRegistryException(Reason reason, String message) {
        this(reason, message, null);
    }

    ModelRegistryException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
