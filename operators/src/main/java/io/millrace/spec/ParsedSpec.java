package io.millrace.spec;

/**
 * A pipeline and the file that describes it.
 *
 * @param spec the pipeline, checked
 * @param locations where each of its keys stands
 */
public record ParsedSpec(PipelineSpec spec, Locations locations) {}
