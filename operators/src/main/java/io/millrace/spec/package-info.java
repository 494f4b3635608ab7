/**
 * The pipeline description: one YAML file as immutable records.
 *
 * <pre>
 * in     the text of a YAML file
 * out    a {@link io.millrace.spec.PipelineSpec}, or every mistake in the file at once, each with its line and column
 * fails  {@link io.millrace.spec.SpecException}, whose message lists all problems
 * </pre>
 */
@NullMarked
package io.millrace.spec;

import org.jspecify.annotations.NullMarked;
