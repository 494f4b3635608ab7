package io.millrace.features;

import io.millrace.spec.FeaturesSpec.From;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a step's windows need of its history, and where the history begins when the job starts for
 * the first time.
 *
 * @param reaches what each window needs
 * @param fromMillis since when the topics are complete; null where nobody says so
 * @param disorderMillis how much later than a newer one a row may arrive: so much of the beginning
 *     of a topic may lack rows
 */
record HistoryPlan(List<Reach> reaches, @Nullable Long fromMillis, long disorderMillis)
        implements Serializable {

    HistoryPlan {
        reaches = List.copyOf(reaches);
    }

    /** The windows over one stream. */
    List<Reach> reaches(From from) {
        return reaches.stream().filter(reach -> reach.from() == from).toList();
    }
}
