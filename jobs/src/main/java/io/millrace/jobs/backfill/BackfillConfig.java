package io.millrace.jobs.backfill;

import java.nio.file.Path;
import java.util.List;

/**
 * What a backfill is to write.
 *
 * @param output the folder, which must not exist yet
 * @param formats how the training set is written; at least one
 * @param fromMillis the first event time that is written; what is before fills the windows
 * @param toMillis the first event time that is not written any more
 * @param labelsUntilMillis the last label time that counts as a label; features see labels as the
 *     stream would have
 * @param parallelism how many subtasks each stage has
 */
public record BackfillConfig(
        Path output,
        List<TrainingSetFormat> formats,
        long fromMillis,
        long toMillis,
        long labelsUntilMillis,
        int parallelism) {

    public BackfillConfig {
        formats = List.copyOf(formats);
    }
}
