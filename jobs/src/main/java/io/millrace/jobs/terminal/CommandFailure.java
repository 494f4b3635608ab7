package io.millrace.jobs.terminal;

import com.google.errorprone.annotations.FormatMethod;

/** Why a command cannot do what it was asked, in a sentence that says what to do about it. */
public final class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    private CommandFailure(int exitCode, String sentence) {
        super(sentence);
        this.exitCode = exitCode;
    }

    /** What was asked for cannot be: a file, an option, a model. */
    @FormatMethod
    public static CommandFailure badInput(String sentence, Object... values) {
        return new CommandFailure(ExitCode.BAD_INPUT, sentence.formatted(values));
    }

    /** What was asked for is right, and did not work. */
    @FormatMethod
    public static CommandFailure failed(String sentence, Object... values) {
        return new CommandFailure(ExitCode.FAILED, sentence.formatted(values));
    }

    public CommandFailure causedBy(Throwable cause) {
        initCause(cause);
        return this;
    }

    public int exitCode() {
        return exitCode;
    }
}
