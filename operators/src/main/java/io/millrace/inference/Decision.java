package io.millrace.inference;

/** What the policy makes of a score: one word from the threshold on, another below it. */
record Decision(double threshold, String atOrAbove, String below) {

    String of(double score) {
        return score >= threshold ? atOrAbove : below;
    }
}
