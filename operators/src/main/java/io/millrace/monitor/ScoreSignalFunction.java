package io.millrace.monitor;

import io.millrace.record.Score;
import io.millrace.record.TaskFolder;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.util.Collector;

/**
 * Takes of a score what is watched row by row without its label: the score itself, and how far its
 * features lie from what they are together, where its version has a reference for them, and whether
 * a feature is missing. Of a score whose features are warming nothing is.
 */
final class ScoreSignalFunction extends RichFlatMapFunction<Score, Signal> {
    private static final long serialVersionUID = 1L;

    private final KnownProfiles profiles;

    private transient KnownProfiles known;

    ScoreSignalFunction(KnownProfiles profiles) {
        this.profiles = profiles;
    }

    @Override
    public void open(OpenContext context) {
        known = profiles.in(TaskFolder.of(getRuntimeContext()));
    }

    @Override
    public void flatMap(Score score, Collector<Signal> out) {
        if (score.warming().length > 0) {
            return;
        }
        NormalScores reference = known.scoresOf(score);
        if (reference != null) {
            out.collect(Signal.ofScore(Signal.Kind.SCORE, score, reference.of(score.value())));
        }
        double error = known.reconstructionOf(score);
        if (!Double.isNaN(error)) {
            out.collect(Signal.ofScore(Signal.Kind.RECONSTRUCTION, score, error));
        }
        out.collect(
                Signal.ofScore(Signal.Kind.MISSING, score, isAnyMissing(score.features()) ? 1 : 0));
    }

    private static boolean isAnyMissing(double[] features) {
        for (double feature : features) {
            if (!Double.isFinite(feature)) {
                return true;
            }
        }
        return false;
    }
}
