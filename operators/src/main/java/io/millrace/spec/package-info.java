/**
 * The pipeline description: one YAML file as immutable records.
 *
 * <pre>
 * in     the text of a YAML file, by {@link io.millrace.spec.SpecParser}
 * out    a {@link io.millrace.spec.ParsedSpec}, or every mistake in the file at once, each with its line and column
 * fails  {@link io.millrace.spec.SpecException}, whose message lists all problems
 * </pre>
 */
@NullMarked
package io.millrace.spec;

import org.jspecify.annotations.NullMarked;
