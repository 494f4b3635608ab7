package io.millrace.spec;

import java.util.List;

/** A pipeline description with mistakes: all of them. The message is their report. */
public final class SpecException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    SpecException(String report, List<Problem> problems) {
        super(report);
        this.problems = List.copyOf(problems);
    }

    /** Every mistake, in the order of the file. */
    public List<Problem> problems() {
        return problems;
    }
}
