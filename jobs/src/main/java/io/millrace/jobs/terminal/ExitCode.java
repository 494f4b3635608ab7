package io.millrace.jobs.terminal;

/** What a command ends with, for scripts. */
public final class ExitCode {
    public static final int OK = 0;
    public static final int FAILED = 1;
    public static final int BAD_INPUT = 2;

    /** As shells say that a signal ended a command. */
    public static final int INTERRUPTED = 130;

    public static final int TERMINATED = 143;

    private ExitCode() {}
}
