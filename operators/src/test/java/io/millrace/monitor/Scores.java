package io.millrace.monitor;

import io.millrace.record.FeatureDrift.Kind;
import io.millrace.record.FeatureDrift.Role;
import io.millrace.record.Origin;
import io.millrace.record.Score;
import java.util.ArrayList;
import java.util.List;

/** Scores of a model, made for tests. */
final class Scores {
    private static final Origin ORIGIN = new Origin("events", 0, 0, 0, null, new byte[0]);

    private Scores() {}

    static Score of(long eventTimeMillis, String version, String segment, double... features) {
        return of(eventTimeMillis, version, segment, new int[0], features);
    }

    /** A score some of whose features are warming. */
    static Score warming(int[] places, double... features) {
        return of(0, "1", "", places, features);
    }

    private static Score of(
            long eventTimeMillis,
            String version,
            String segment,
            int[] warming,
            double... features) {
        return of("fraud", version, eventTimeMillis, segment, 0.5, warming, features);
    }

    /** A score of one of many models, which are all the same bytes. */
    static Score ofModel(String model, long eventTimeMillis, double... features) {
        return of(model, "1", eventTimeMillis, "", 0.5, new int[0], features);
    }

    /** A score of a value. */
    static Score valued(long eventTimeMillis, double value, double... features) {
        return of("fraud", "1", eventTimeMillis, "", value, new int[0], features);
    }

    /** What answers where the version could not: a constant, or another version. */
    static Score answeredByFallback(long eventTimeMillis, double... features) {
        return of("fraud", "1", eventTimeMillis, "", 0, new int[0], Score.Route.FALLBACK, features);
    }

    private static Score of(
            String model,
            String version,
            long eventTimeMillis,
            String segment,
            double value,
            int[] warming,
            double... features) {
        return of(
                model,
                version,
                eventTimeMillis,
                segment,
                value,
                warming,
                Score.Route.CHAMPION,
                features);
    }

    private static Score of(
            String model,
            String version,
            long eventTimeMillis,
            String segment,
            double value,
            int[] warming,
            Score.Route route,
            double... features) {
        return new Score(
                ORIGIN,
                "event-" + eventTimeMillis,
                eventTimeMillis,
                "card-7",
                segment,
                model,
                version,
                "sha256:" + version,
                route,
                value,
                List.of(),
                "approve",
                features,
                warming,
                1);
    }

    static List<Watched> features(Kind kind, String... names) {
        var watched = new ArrayList<Watched>();
        for (String name : names) {
            watched.add(new Watched(name, Role.FEATURE, kind, watched.size()));
        }
        return watched;
    }
}
