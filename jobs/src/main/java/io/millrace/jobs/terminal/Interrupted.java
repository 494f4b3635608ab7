package io.millrace.jobs.terminal;

/** A command was ended by Ctrl-C or kill, and has tidied up. */
public final class Interrupted extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    public Interrupted(int exitCode) {
        super("interrupted");
        this.exitCode = exitCode;
    }

    public int exitCode() {
        return exitCode;
    }
}
