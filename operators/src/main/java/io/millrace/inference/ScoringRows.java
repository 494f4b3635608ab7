package io.millrace.inference;

import io.millrace.record.Score;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows that a {@link Scorer} scores together, in memory of its own that is reused from run to run.
 * One thread at a time puts, runs and reads.
 */
interface ScoringRows extends AutoCloseable {

    /**
     * Copies a row's features.
     *
     * @return why the model cannot take them, or null where it can; a run may include the row
     *     nevertheless
     */
    @Nullable String put(int row, double[] features);

    /**
     * Scores rows {@code from} to {@code to - 1}.
     *
     * @throws ScoringException when the run fails; what these rows say is then undefined
     */
    void run(int from, int to) throws ScoringException;

    /** Why what the model says of a row that was run cannot be used, or null where it can. */
    default @Nullable String refusal(int row) {
        double score = score(row);
        if (!Double.isFinite(score)) {
            return "The score is " + score + "; it must be finite";
        }
        for (Score.Output output : outputs(row)) {
            for (double number : output.numbers()) {
                if (!Double.isFinite(number)) {
                    return "Output '%s' has %s; its numbers must be finite"
                            .formatted(output.name(), number);
                }
            }
        }
        return null;
    }

    /** The score of a row that was run. */
    double score(int row);

    /** What else the model says of a row that was run. */
    List<Score.Output> outputs(int row);

    @Override
    void close();
}
