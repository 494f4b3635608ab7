package io.millrace.spec;

import java.time.Duration;

/**
 * How often the job's state is made durable.
 *
 * @param interval from the start of one checkpoint to the next; exactly-once output becomes visible
 *     this often
 * @param timeout after which a checkpoint is given up
 */
public record CheckpointSpec(Duration interval, Duration timeout) {}
