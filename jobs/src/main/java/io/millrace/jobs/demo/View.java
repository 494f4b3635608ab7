package io.millrace.jobs.demo;

import java.util.function.LongSupplier;

/** Takes snapshots of a running demo, and how fast it is from one to the next. */
final class View {
    // The share of the newest rate in the one that is shown: it settles within some two seconds.
    private static final double NEWEST = 0.3;

    private final DemoConfig config;
    private final TransactionFeed feed;
    private final Tally tally;
    private final Verdicts verdicts;
    private final LongSupplier checkpoints;
    private final long beganNanos = System.nanoTime();

    private long lastNanos = beganNanos;
    private long lastSent;
    private long lastAnswered;
    private double sentPerSecond;
    private double answeredPerSecond;

    View(
            DemoConfig config,
            TransactionFeed feed,
            Tally tally,
            Verdicts verdicts,
            LongSupplier checkpoints) {
        this.config = config;
        this.feed = feed;
        this.tally = tally;
        this.verdicts = verdicts;
        this.checkpoints = checkpoints;
    }

    Snapshot now() {
        long nanos = System.nanoTime();
        long sent = feed.sent();
        long answered = tally.answered();
        double seconds = (nanos - lastNanos) / 1e9;
        sentPerSecond += NEWEST * ((sent - lastSent) / seconds - sentPerSecond);
        answeredPerSecond += NEWEST * ((answered - lastAnswered) / seconds - answeredPerSecond);
        lastNanos = nanos;
        lastSent = sent;
        lastAnswered = answered;
        return new Snapshot(
                (nanos - beganNanos) / 1e9,
                feed.simulatedMillis(),
                (double) feed.transactions() / config.events(),
                sent,
                sentPerSecond,
                answered,
                answeredPerSecond,
                tally.scores(),
                tally.alerts(),
                verdicts.caught(),
                verdicts.missed(),
                verdicts.falseAlerts(),
                tally.deadLetters(),
                tally.duplicates(),
                tally.latencyMillis(0.5),
                tally.latencyMillis(0.99),
                tally.visibleMillis(0.5),
                tally.visibleMillis(0.99),
                checkpoints.getAsLong(),
                tally.caught());
    }
}
