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
        READ_FAILED,
        /** The registry does not let these credentials in. */
        ACCESS_REFUSED,
        /** The credentials' files do not hold any, or they would go out unencrypted. */
        CREDENTIALS_REFUSED,
        /** The registry's certificate is not one that is trusted here. */
        CERTIFICATE_REFUSED,
        /** The registry did not answer in time. */
        TOO_SLOW,
        /** The registry says that it cannot answer now. */
        UNAVAILABLE,
        /** The registry answered with what is no answer: too long, too deep, another thing. */
        ANSWER_REFUSED,
        /** The version's files lie where nothing is ever fetched from. */
        SOURCE_REFUSED,
        /** The version is not signed by the key that must have signed it. */
        SIGNATURE_REFUSED,
        /** The alias is no longer where it was seen. */
        ALIAS_MOVED,
        /** A version of that name is registered already. */
        VERSION_TAKEN,
        /** The registry could not be written: rights, space, or another writer. */
        WRITE_FAILED,
        /** The thread was interrupted. */
        INTERRUPTED;

        /**
         * Whether a registry that is well may say so, or the caller is at fault: what was known
         * before says nothing against it.
         */
        boolean isAnswer() {
            return switch (this) {
                case NAME_REFUSED, MODEL_MISSING, ALIAS_UNSET, INTERRUPTED -> true;
                // An alias that points at nothing is no answer.
                case VERSION_MISSING,
                        REGISTRY_MISSING,
                        PATH_REFUSED,
                        ALIASES_UNREADABLE,
                        METADATA_UNREADABLE,
                        ARTIFACT_MISSING,
                        MODEL_TOO_LARGE,
                        DIGEST_DIFFERS,
                        GOLDEN_UNREADABLE,
                        CACHE_FAILED,
                        READ_FAILED,
                        ACCESS_REFUSED,
                        CREDENTIALS_REFUSED,
                        CERTIFICATE_REFUSED,
                        TOO_SLOW,
                        UNAVAILABLE,
                        ANSWER_REFUSED,
                        SOURCE_REFUSED,
                        SIGNATURE_REFUSED,
                        ALIAS_MOVED,
                        VERSION_TAKEN,
                        WRITE_FAILED ->
                        false;
            };
        }
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
