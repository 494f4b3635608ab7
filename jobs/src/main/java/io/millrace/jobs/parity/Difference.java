package io.millrace.jobs.parity;

import java.util.List;

/**
 * An event whose features are not the same to the bit on both sides, or that only one side has.
 *
 * @param eventId the event's id
 * @param eventTimeMillis the event's time, epoch milliseconds
 * @param partition where the event was read; of the logged side where there are both
 * @param offset the offset there
 * @param logged the logged features; empty where only the backfill has the event
 * @param computed the computed features; empty where only the scores have the event
 * @param causes rows that arrived after the event, for people
 */
// Never compared.
@SuppressWarnings("ArrayRecordComponent")
public record Difference(
        String eventId,
        long eventTimeMillis,
        int partition,
        long offset,
        double[] logged,
        double[] computed,
        List<String> causes) {

    boolean isLoggedOnly() {
        return computed.length == 0;
    }

    boolean isComputedOnly() {
        return logged.length == 0;
    }

    /** How far the two sides lie apart; infinite where one of them is missing. */
    double distance(int feature) {
        return distance(logged[feature], computed[feature]);
    }

    static double distance(double one, double other) {
        if (Double.doubleToLongBits(one) == Double.doubleToLongBits(other)) {
            return 0;
        }
        double distance = Math.abs(one - other);
        return Double.isNaN(distance) ? Double.POSITIVE_INFINITY : distance;
    }

    /** The greatest distance of all features. */
    double distance() {
        double greatest = 0;
        for (int i = 0; i < logged.length; i++) {
            greatest = Math.max(greatest, distance(i));
        }
        return greatest;
    }

    static boolean areSame(double[] logged, double[] computed) {
        for (int i = 0; i < logged.length; i++) {
            if (Double.doubleToLongBits(logged[i]) != Double.doubleToLongBits(computed[i])) {
                return false;
            }
        }
        return true;
    }
}
