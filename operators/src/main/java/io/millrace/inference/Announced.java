package io.millrace.inference;

import io.millrace.record.ModelUpdate;
import io.millrace.record.ModelUpdate.Role;

/** What has been announced: which version answers at which event time, and which challenges it. */
final class Announced {
    private final Timeline champions;

    /** Retired where none challenges. */
    private final Timeline challengers;

    private Announced(Timeline champions, Timeline challengers) {
        this.champions = champions;
        this.challengers = challengers;
    }

    /** One champion at all times, and no challenger. */
    static Announced of(ModelUpdate first) {
        var nobody =
                new ModelUpdate(
                        first.model(), first.version(), first.digest(), Role.RETIRED, 0, 0, 0, "");
        return new Announced(Timeline.of(first), Timeline.of(nobody));
    }

    /** The same after one more announcement. */
    Announced plus(ModelUpdate update) {
        return update.role() == Role.CHAMPION
                ? new Announced(champions.plus(update), challengers)
                : new Announced(champions, challengers.plus(update));
    }

    /** The same with one champion at all times. */
    Announced with(ModelUpdate champion) {
        return new Announced(Timeline.of(champion), challengers);
    }

    Timeline champions() {
        return champions;
    }

    Timeline challengers() {
        return challengers;
    }

    /** The first event time of all that holds at an event time. */
    long since(long timeMillis) {
        return Math.max(champions.since(timeMillis), challengers.since(timeMillis));
    }

    /** The first event time after {@code timeMillis} at which anything else begins. */
    long until(long timeMillis) {
        return Math.min(champions.until(timeMillis), challengers.until(timeMillis));
    }

    /** Whether a version neither answers nor challenges from an event time on. */
    boolean isOver(String digest, long timeMillis) {
        return champions.isOver(digest, timeMillis) && challengers.isOver(digest, timeMillis);
    }
}
