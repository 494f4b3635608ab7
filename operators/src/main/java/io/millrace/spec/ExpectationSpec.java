package io.millrace.spec;

/**
 * A condition that every accepted row meets.
 *
 * @param name what a dead letter calls it; the expression itself where the file gives no name
 * @param expression a boolean CEL expression over the columns
 */
public record ExpectationSpec(String name, String expression) {}
