/**
 * From a pipeline's file to a running job: connects the stages, decides nothing.
 *
 * <pre>
 * PipelineFile     the file, its variables filled in, as records; its model, resolved
 * PipelineJob      all stages in one job
 * JobEnvironment   the Flink settings of every job, and the only place that creates an environment
 * JobCluster       a cluster that runs elsewhere
 * RunningJob       a submitted job
 * Broker           the pipeline's Kafka cluster, asked before anything starts
 * </pre>
 */
@NullMarked
package io.millrace.jobs.pipeline;

import org.jspecify.annotations.NullMarked;
