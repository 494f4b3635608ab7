package io.millrace.spec;

import java.util.List;

/** A pipeline description with mistakes: all of them. */
public final class SpecException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    public SpecException(List<Problem> problems) {
        super(
                problems.stream()
                        .map(Problem::toString)
                        .collect(java.util.stream.Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    public List<Problem> problems() {
        return problems;
    }
}
