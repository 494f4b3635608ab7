/**
 * The command line: one class per command.
 *
 * <pre>
 * in     arguments, environment variables, a pipeline's file
 * out    text for people, and an exit code: 0 done, 1 failed, 2 bad input, 130 interrupted
 * fails  in one sentence that says what to do; with a stack trace only where --debug asks for it
 * </pre>
 *
 * <p>Around it: {@code pipeline} builds and submits the job, {@code local} is the embedded Kafka
 * and Flink, {@code simulator} makes transactions, {@code demo} shows them being scored, {@code
 * terminal} is how all of them speak.
 */
@NullMarked
package io.millrace.jobs;

import org.jspecify.annotations.NullMarked;
