package io.millrace.spec;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * What answers a row that the model cannot: the version before, then a constant; a dead letter
 * where neither is given or has an answer.
 *
 * @param isPreviousAsked whether the version is asked that answered before the one that fails
 * @param score a constant score; null for none
 */
public record FallbackSpec(boolean isPreviousAsked, @Nullable Double score)
        implements Serializable {
    private static final long serialVersionUID = 1L;

    /** Nothing but a dead letter. */
    public static final FallbackSpec NONE = new FallbackSpec(false, null);

    public boolean isNone() {
        return !isPreviousAsked && score == null;
    }
}
