package io.millrace.monitor;

import io.millrace.record.Score;
import io.millrace.record.TaskFolder;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.util.Collector;

/**
 * Lets the rows of model versions pass that have no reference profile yet, but those of which a
 * feature warms, which are unlike the rows to come, and those that another answered, perhaps a
 * constant in the version's name.
 */
final class FirstRowFunction extends RichFlatMapFunction<Score, FirstRow> {
    private static final long serialVersionUID = 1L;

    private final KnownProfiles profiles;

    private transient KnownProfiles known;

    @SuppressWarnings("NullAway.Init") // set in open()
    FirstRowFunction(KnownProfiles profiles) {
        this.profiles = profiles;
    }

    @Override
    public void open(OpenContext context) {
        known = profiles.in(TaskFolder.of(getRuntimeContext()));
    }

    @Override
    public void flatMap(Score score, Collector<FirstRow> out) {
        if (score.warming().length == 0
                && score.route() != Score.Route.FALLBACK
                && !known.hasProfileOf(score)) {
            out.collect(FirstRow.of(score));
        }
    }
}
