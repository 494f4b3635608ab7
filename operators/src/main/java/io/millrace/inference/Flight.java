package io.millrace.inference;

import io.millrace.inference.ModelLanes.Answering;
import io.millrace.inference.ModelLanes.Challenge;
import io.millrace.record.Score;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A batch on its way, and the watermark that must not overtake it. */
final class Flight {
    final Answering model;
    final boolean isOfChallenger;
    final ModelLane lane;
    final Score.Route route;

    /**
     * Who else is asked: of a challenger's batch the champion, for the rows that it fails on; of a
     * champion's the challenger that is compared with it, or null.
     */
    final @Nullable ModelLane other;

    /** Who challenged the model when the batch was begun, and for which entities. */
    final @Nullable Challenge challenge;

    final MicroBatch batch;
    final long begunMillis;
    final CompletableFuture<Long> runNanos = new CompletableFuture<>();

    /** The watermark that must not overtake it; null where there is none. */
    @Nullable Long watermarkMillis;

    Flight(
            Answering model,
            boolean isOfChallenger,
            ModelLane lane,
            Score.Route route,
            @Nullable ModelLane other,
            @Nullable Challenge challenge,
            MicroBatch batch,
            long begunMillis) {
        this.model = model;
        this.isOfChallenger = isOfChallenger;
        this.lane = lane;
        this.route = route;
        this.other = other;
        this.challenge = challenge;
        this.batch = batch;
        this.begunMillis = begunMillis;
    }

    boolean isFor(ModelLane nextLane, Score.Route nextRoute, @Nullable ModelLane nextOther) {
        return lane == nextLane && route == nextRoute && other == nextOther;
    }

    /** Who answers the rows that a challenger fails on; null where it is no challenger's. */
    @Nullable ModelLane champion() {
        return isOfChallenger ? other : null;
    }

    /** When its first row has waited long enough. */
    long releaseByMillis() {
        return begunMillis + lane.waitMillis();
    }
}
