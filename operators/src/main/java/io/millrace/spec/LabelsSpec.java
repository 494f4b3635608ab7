package io.millrace.spec;

/**
 * The label topic: the truth, when it arrives.
 *
 * @param value the column that holds the label: {@code BOOLEAN}, or a number
 */
public record LabelsSpec(StreamSpec stream, String value) {}
