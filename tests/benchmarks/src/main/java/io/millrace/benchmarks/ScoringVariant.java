package io.millrace.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The jobs that the scoring benchmarks compare. */
enum ScoringVariant {
    JSON_ONLY("JSON in and out, no model", Job.NAIVE, ScoringInput.TRANSACTIONS, ""),
    NAIVE_MLP("naive job, MLP", Job.NAIVE, ScoringInput.TRANSACTIONS, "card-fraud"),
    MILLRACE_MLP("Millrace, MLP", Job.MILLRACE, ScoringInput.TRANSACTIONS, "card-fraud"),
    MILLRACE_MLP_EXACTLY_ONCE(
            "Millrace, MLP, exactly-once", Job.MILLRACE, ScoringInput.TRANSACTIONS, "card-fraud"),
    MILLRACE_MLP_MONITORED(
            "Millrace, MLP, monitored", Job.MILLRACE, ScoringInput.TRANSACTIONS, "card-fraud"),
    MILLRACE_TREES_MONITORED(
            "Millrace, 100 trees, monitored",
            Job.MILLRACE,
            ScoringInput.TRANSACTIONS,
            "card-fraud-trees"),
    MILLRACE_WINDOWS(
            "Millrace, MLP, windows",
            Job.MILLRACE,
            ScoringInput.WINDOWED_TRANSACTIONS,
            "card-fraud"),
    MILLRACE_WINDOWS_MONITORED(
            "Millrace, MLP, windows, monitored",
            Job.MILLRACE,
            ScoringInput.WINDOWED_TRANSACTIONS,
            "card-fraud"),
    NAIVE_TREES("naive job, 100 trees", Job.NAIVE, ScoringInput.TRANSACTIONS, "card-fraud-trees"),
    MILLRACE_TREES(
            "Millrace, 100 trees", Job.MILLRACE, ScoringInput.TRANSACTIONS, "card-fraud-trees"),
    CRAYFISH_ADAPTER("as in the paper, JSON", Job.CRAYFISH, ScoringInput.IMAGES, "digits-784"),
    CRAYFISH_MILLRACE("Millrace, JSON", Job.MILLRACE, ScoringInput.IMAGES, "digits-784"),
    CRAYFISH_MILLRACE_BINARY(
            "Millrace, Avro", Job.MILLRACE, ScoringInput.BINARY_IMAGES, "digits-784");

    private final String title;
    private final Job job;
    private final ScoringInput input;
    private final String model;

    /** Who wrote the job. */
    enum Job {
        NAIVE,
        CRAYFISH,
        MILLRACE
    }

    ScoringVariant(String title, Job job, ScoringInput input, String model) {
        this.title = title;
        this.job = job;
        this.input = input;
        this.model = model;
    }

    /** The variants over card transactions. */
    static List<ScoringVariant> scoring() {
        return Arrays.stream(values())
                .filter(variant -> variant.input == ScoringInput.TRANSACTIONS)
                .filter(variant -> !variant.isMonitored())
                .toList();
    }

    /** What the monitor costs: jobs that have one. */
    static List<ScoringVariant> monitoring() {
        return Arrays.stream(values()).filter(ScoringVariant::isMonitored).toList();
    }

    /** The variants over images. */
    static List<ScoringVariant> crayfish() {
        return Arrays.stream(values())
                .filter(variant -> variant.model.equals("digits-784"))
                .toList();
    }

    /**
     * The variant of a name as it is typed: {@code millrace-mlp}.
     *
     * @throws Arguments.BadArgumentException when there is none
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

    Job job() {
        return job;
    }

    ScoringInput input() {
        return input;
    }

    /** The registered model's name; empty for the job that scores nothing. */
    String model() {
        return model;
    }

    String guarantee() {
        return this == MILLRACE_MLP_EXACTLY_ONCE ? "exactly-once" : "at-least-once";
    }

    /** Whether features, scores and decisions are compared with a profile. */
    boolean isMonitored() {
        return switch (this) {
            case MILLRACE_MLP_MONITORED, MILLRACE_TREES_MONITORED, MILLRACE_WINDOWS_MONITORED ->
                    true;
            default -> false;
        };
    }

    /** The job that this one is compared with. */
    ScoringVariant baseline() {
        return switch (this) {
            case MILLRACE_MLP_MONITORED -> MILLRACE_MLP;
            case MILLRACE_TREES_MONITORED -> MILLRACE_TREES;
            case MILLRACE_WINDOWS_MONITORED, MILLRACE_WINDOWS -> MILLRACE_WINDOWS;
            case MILLRACE_TREES, NAIVE_TREES -> NAIVE_TREES;
            case CRAYFISH_ADAPTER, CRAYFISH_MILLRACE, CRAYFISH_MILLRACE_BINARY -> CRAYFISH_ADAPTER;
            default -> NAIVE_MLP;
        };
    }

    /** The topics that it writes: the first is the one whose rows are counted. */
    List<String> outputTopics(String output) {
        if (job != Job.MILLRACE) {
            return List.of(output);
        }
        var topics =
                new ArrayList<>(List.of(output, output + "-dead-letters", output + "-duplicates"));
        if (isMonitored()) {
            topics.addAll(List.of(output + ".drift", output + ".quality", output + ".alerts"));
        }
        return topics;
    }
}
