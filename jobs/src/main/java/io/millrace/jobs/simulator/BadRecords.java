package io.millrace.jobs.simulator;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Makes the rows that a real topic also holds: bytes that do not parse, rows that break the
 * contract, rows that come far too late, and repetitions. They come besides the good rows, never
 * instead of one, so that the truth about the good rows stays known. For one thread.
 */
public final class BadRecords {

    /** What is wrong with a row. */
    public enum Fault {
        /** Cut short, no JSON at all, or text where a number must be. */
        MALFORMED,
        /** A negative amount, or a missing column. */
        CONTRACT_BROKEN,
        /** An event time weeks before those of its neighbours. */
        TOO_LATE,
        /** The row before it once more, as a producer that retries sends it. */
        DUPLICATE
    }

    /**
     * One bad row.
     *
     * @param customerId the customer of the good row before it, so that it may follow it into the
     *     same partition
     * @param json the row's bytes
     */
    // Bytes on their way to a topic; never compared.
    @SuppressWarnings("ArrayRecordComponent")
    public record BadRecord(Fault fault, long customerId, byte[] json) {}

    // Before the longest window and its label delay: a row that is let through all the same, as
    // the first of a topic are, changes no feature of its neighbours.
    private static final long LATENESS_MILLIS = Duration.ofDays(45).toMillis();

    // Far above the simulation's own ids, so that only a duplicate repeats one.
    private static final long FIRST_ID = 1_000_000_000_000L;

    private static final Fault[] FAULTS = Fault.values();
    private static final long PART = -2;

    private final double share;
    private final Chance chance;
    private final SimulatedJson json = new SimulatedJson();

    private long nextId = FIRST_ID;

    /**
     * @param seed which rows are bad, and how
     * @param share bad rows per good row, 0 to 1
     */
    public BadRecords(long seed, double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException(
                    "share is %s; it must be between 0 and 1".formatted(share));
        }
        this.share = share;
        chance = new Chance(seed, PART);
    }

    /** The bad row that follows this good one, or null where none does. */
    public @Nullable BadRecord after(SimulatedTransaction good) {
        if (!chance.happens(share)) {
            return null;
        }
        var fault = FAULTS[chance.below(FAULTS.length)];
        var bytes =
                switch (fault) {
                    case MALFORMED -> malformed(good);
                    case CONTRACT_BROKEN -> contractBroken(good);
                    case TOO_LATE ->
                            json.encode(
                                    another(
                                            good,
                                            good.eventTimeMillis() - LATENESS_MILLIS,
                                            good.amountCents()));
                    case DUPLICATE -> json.encode(good);
                };
        return new BadRecord(fault, good.customerId(), bytes);
    }

    private byte[] malformed(SimulatedTransaction good) {
        var whole = json.encode(another(good, good.eventTimeMillis(), good.amountCents()));
        return switch (chance.below(3)) {
            case 0 -> Arrays.copyOf(whole, 1 + chance.below(whole.length - 1));
            case 1 -> "<transaction/>".getBytes(StandardCharsets.UTF_8);
            default -> replace(whole, "\"customer_id\":", "\"customer_id\":\"unknown\",\"was\":");
        };
    }

    private byte[] contractBroken(SimulatedTransaction good) {
        if (chance.happens(0.5)) {
            return json.encode(another(good, good.eventTimeMillis(), -good.amountCents()));
        }
        var whole = json.encode(another(good, good.eventTimeMillis(), good.amountCents()));
        return replace(whole, "\"terminal_id\":", "\"terminal\":");
    }

    private SimulatedTransaction another(SimulatedTransaction good, long timeMillis, long cents) {
        return new SimulatedTransaction(
                nextId++, timeMillis, good.customerId(), good.terminalId(), cents, good.scenario());
    }

    private static byte[] replace(byte[] json, String before, String after) {
        return new String(json, StandardCharsets.UTF_8)
                .replace(before, after)
                .getBytes(StandardCharsets.UTF_8);
    }
}
