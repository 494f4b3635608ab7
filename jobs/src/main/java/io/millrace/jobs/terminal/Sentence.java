package io.millrace.jobs.terminal;

import io.millrace.inference.UnfitModelException;
import io.millrace.registry.ModelRegistryException;
import io.millrace.sink.BrokerException;
import io.millrace.source.UnreadableFileException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** What a failure says to a person: its cause, in one sentence. */
public final class Sentence {
    private Sentence() {}

    /** The sentence of the innermost cause. */
    public static String rootOf(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return of(root);
    }

    /** Whether the failure's message was written for people, and says all that they need. */
    public static boolean isWritten(Throwable failure) {
        return failure instanceof CommandFailure
                || failure instanceof ModelRegistryException
                || failure instanceof UnfitModelException
                || failure instanceof BrokerException
                || failure instanceof UnreadableFileException;
    }

    public static String of(Throwable failure) {
        if (isWritten(failure)) {
            return String.valueOf(failure.getMessage());
        }
        if (failure instanceof NoSuchFileException e) {
            return "%s does not exist".formatted(e.getFile());
        }
        if (failure instanceof AccessDeniedException e) {
            return "%s may not be read or written".formatted(e.getFile());
        }
        if (failure instanceof FileSystemException e) {
            return "%s: %s".formatted(e.getFile(), e.getReason());
        }
        String message = failure.getMessage();
        String name = failure.getClass().getSimpleName();
        return message == null || message.isBlank() ? name : name + ": " + message;
    }
}
