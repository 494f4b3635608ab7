/**
 * The jobs and the command line: connects the stages, decides nothing.
 *
 * <pre>
 * Millrace         the main class; one package-private class per command
 * PipelineJob      the whole pipeline in one job
 * JobEnvironment   the Flink settings of every job
 * PipelineFile     a pipeline's file, with its variables filled in, as records
 * </pre>
 */
@NullMarked
package io.millrace.jobs;

import org.jspecify.annotations.NullMarked;
