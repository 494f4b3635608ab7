package io.millrace.spec;

/**
 * What the policy makes of a score.
 *
 * @param threshold the score from which on {@code atOrAbove} is decided
 */
public record DecisionSpec(double threshold, String atOrAbove, String below) {}
