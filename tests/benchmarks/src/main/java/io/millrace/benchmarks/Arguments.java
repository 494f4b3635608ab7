package io.millrace.benchmarks;

import java.util.List;

/** What is typed behind a benchmark's name. */
final class Arguments {

    private Arguments() {}

    /** Something was typed that the benchmark cannot take: what it is, and what it must be. */
    static final class BadArgumentException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        BadArgumentException(String message) {
            super(message);
        }
    }

    /**
     * The number in a place.
     *
     * @param name as the usage has it
     * @param usual where nothing was typed there
     */
    static int number(List<String> arguments, int place, String name, int usual) {
        if (arguments.size() <= place) {
            return usual;
        }
        String typed = arguments.get(place);
        if (!typed.matches("[1-9][0-9]{0,8}")) {
            throw new BadArgumentException(
                    "%s is %s; it must be a whole number of at least 1".formatted(name, typed));
        }
        return Integer.parseInt(typed);
    }
}
