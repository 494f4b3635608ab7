package io.millrace.features;

import static io.millrace.features.Recorded.NOTHING;
import static io.millrace.features.Recorded.NOT_YET;

import io.millrace.spec.FeaturesSpec.From;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How far back a step's history goes, and so which of its features are warming: a feature warms at
 * an event time when its window begins before the history of what it reads.
 *
 * <p>It never says too little. Until a savepoint is restored, each subtask's history begins with
 * the first row of its own entities, where the plan does not say when it begins.
 */
final class Coverage {
    private final HistoryPlan plan;
    private final Lateness lateness;

    /** What is recorded of each stream that a window reads. */
    private final Map<From, Recorded.Stream> streams = new EnumMap<>(From.class);

    /** Where rows of a stream that is not begun may have passed by unseen until. */
    private final long passedMillis;

    private final long restoredHorizonMillis;
    private long watermarkMillis;
    private long latestMillis;
    private boolean isBegun;

    /** Until when each feature warms, ascending. */
    private long[] warmsUntil = {};

    /** The features that warm until at least the time at the same place, as slots. */
    private int[][] warming = {};

    /** Until when any feature warms. */
    private long allFullAt;

    /**
     * The coverage of a step as it begins.
     *
     * @param restored what the savepoint says; null at the first start
     */
    Coverage(HistoryPlan plan, Lateness lateness, @Nullable Recorded restored) {
        this.plan = plan;
        this.lateness = lateness;
        // After the end of time everything was forgotten: what comes then is a new history.
        Recorded known =
                restored == null || restored.horizonMillis() == Long.MAX_VALUE
                        ? Recorded.NONE
                        : restored;
        this.watermarkMillis =
                known.waits() && lateness.waits() ? known.watermarkMillis() : NOTHING;
        this.restoredHorizonMillis = known.horizonMillis();
        this.latestMillis = known.latestMillis();
        this.passedMillis = latestMillis;
        long beginsMillis = restored == null ? fromMillis() : NOT_YET;
        for (From from : From.values()) {
            var reaches = plan.reaches(from);
            var stream = known.streams().get(from);
            if (!reaches.isEmpty()) {
                streams.put(
                        from,
                        stream == null
                                ? beginning(reaches, beginsMillis)
                                : continued(reaches, stream));
            }
        }
        settle();
    }

    private long fromMillis() {
        Long from = plan.fromMillis();
        return from == null ? NOT_YET : from - 1;
    }

    private static Recorded.Stream beginning(List<Reach> reaches, long sinceMillis) {
        var columns = new LinkedHashMap<String, Long>();
        for (Reach reach : reaches) {
            reach.columns().forEach(column -> columns.put(column, sinceMillis));
        }
        return new Recorded.Stream(retentionMillis(reaches), sinceMillis, columns);
    }

    /** What is left of a stream for other windows: a longer one finds what was kept. */
    private Recorded.Stream continued(List<Reach> reaches, Recorded.Stream known) {
        long retentionMillis = retentionMillis(reaches);
        long keptMillis =
                retentionMillis > known.retentionMillis()
                        ? EventTime.before(restoredHorizonMillis, known.retentionMillis())
                        : NOTHING;
        var columns = new LinkedHashMap<String, Long>();
        for (Reach reach : reaches) {
            for (String column : reach.columns()) {
                Long since = known.columns().get(column);
                long newSince = known.sinceMillis() == NOT_YET ? NOT_YET : latestMillis;
                columns.put(column, Math.max(since == null ? newSince : since, keptMillis));
            }
        }
        return new Recorded.Stream(
                retentionMillis, Math.max(known.sinceMillis(), keptMillis), columns);
    }

    private static long retentionMillis(List<Reach> reaches) {
        return reaches.stream().mapToLong(Reach::millis).max().orElse(0);
    }

    /** In event-time order, the time up to which all rows were answered before. */
    long watermarkMillis() {
        return watermarkMillis;
    }

    /** Notes how far event time has come. */
    void reached(long millis) {
        watermarkMillis = Math.max(watermarkMillis, millis);
    }

    /** Notes a row that has been learnt. */
    void learnt(boolean isLabel, long timeMillis) {
        latestMillis = Math.max(latestMillis, timeMillis);
        if (!isBegun) {
            begin(isLabel ? From.LABELS : From.EVENTS, timeMillis);
        }
    }

    private void begin(From from, long timeMillis) {
        var stream = streams.get(from);
        if (stream != null && stream.sinceMillis() == NOT_YET) {
            long sinceMillis = EventTime.after(timeMillis - 1, plan.disorderMillis());
            streams.put(from, beginning(plan.reaches(from), Math.max(sinceMillis, passedMillis)));
            settle();
        }
    }

    /** The slots of the features that warm at an event time. */
    int[] warmingAt(long timeMillis) {
        if (timeMillis >= allFullAt) {
            return Slots.NONE;
        }
        int from = Arrays.binarySearch(warmsUntil, timeMillis + 1);
        return warming[from < 0 ? -from - 1 : from];
    }

    /** What a savepoint is to say. */
    Recorded recorded() {
        return new Recorded(
                lateness.waits(),
                watermarkMillis,
                Math.max(
                        restoredHorizonMillis,
                        lateness.horizonMillis(watermarkMillis, watermarkMillis)),
                latestMillis,
                streams);
    }

    /** Works out until when each feature warms. */
    private void settle() {
        isBegun = streams.values().stream().noneMatch(s -> s.sinceMillis() == NOT_YET);
        long[] times = plan.reaches().stream().mapToLong(this::warmsUntilMillis).toArray();
        warmsUntil = Arrays.stream(times).sorted().distinct().toArray();
        warming = new int[warmsUntil.length][];
        for (int i = 0; i < warming.length; i++) {
            long until = warmsUntil[i];
            warming[i] =
                    plan.reaches().stream()
                            .filter(reach -> warmsUntilMillis(reach) >= until)
                            .sorted(Comparator.comparingInt(Reach::slot))
                            .mapToInt(Reach::slot)
                            .toArray();
        }
        allFullAt = warmsUntil.length == 0 ? NOTHING : warmsUntil[warmsUntil.length - 1];
    }

    /** The first event time at which a window begins within its history. */
    private long warmsUntilMillis(Reach reach) {
        var stream = streams.get(reach.from());
        if (stream == null) {
            throw new IllegalStateException("no stream of " + reach);
        }
        long since = stream.sinceMillis();
        for (String column : reach.columns()) {
            since = Math.max(since, stream.columns().getOrDefault(column, NOT_YET));
        }
        return EventTime.after(since, reach.millis());
    }
}
