package io.millrace.benchmarks;

import java.util.List;

/** The jobs that the scoring benchmark compares. */
enum ScoringVariant {
    JSON_ONLY("JSON in and out, no model", null),
    NAIVE_MLP("naive job, MLP", "card-fraud"),
    MILLRACE_MLP("Millrace, MLP", "card-fraud"),
    MILLRACE_MLP_EXACTLY_ONCE("Millrace, MLP, exactly-once", "card-fraud"),
    NAIVE_TREES("naive job, 100 trees", "card-fraud-trees"),
    MILLRACE_TREES("Millrace, 100 trees", "card-fraud-trees");

    private final String title;
    private final String model;

    ScoringVariant(String title, @org.jspecify.annotations.Nullable String model) {
        this.title = title;
        this.model = model == null ? "" : model;
    }

    /**
     * The variant of a name as it is typed: {@code millrace-mlp}.
     *
     * @throws IllegalArgumentException when there is none
     */
    static ScoringVariant named(String name) {
        return TypedName.find(name, values());
    }

    /** Its name as it is typed on the command line and used in topics. */
    String typed() {
        return TypedName.of(this);
    }

    String title() {
        return title;
    }

    /** The registered model's name; empty for the job that scores nothing. */
    String model() {
        return model;
    }

    boolean isMillrace() {
        return switch (this) {
            case MILLRACE_MLP, MILLRACE_MLP_EXACTLY_ONCE, MILLRACE_TREES -> true;
            case JSON_ONLY, NAIVE_MLP, NAIVE_TREES -> false;
        };
    }

    String guarantee() {
        return this == MILLRACE_MLP_EXACTLY_ONCE ? "exactly-once" : "at-least-once";
    }

    /** The job that this one is compared with. */
    ScoringVariant baseline() {
        return model.equals("card-fraud-trees") ? NAIVE_TREES : NAIVE_MLP;
    }

    /** The topics that it writes: the first is the one whose rows are counted. */
    List<String> outputTopics(String output) {
        return isMillrace()
                ? List.of(output, output + "-dead-letters", output + "-duplicates")
                : List.of(output);
    }
}
