package io.millrace.monitor;

/**
 * What is known of one score: what was said, and what turned out to be true. Public because Flink
 * sends it.
 *
 * @param weight 1 where it is to be counted, -1 where what was counted before is to be taken back
 * @param eventId the event's id
 * @param eventTimeMillis the event's time, epoch milliseconds
 * @param modelName the registered model's name
 * @param modelVersion its version
 * @param route why this model answered
 * @param segment the value by which it is also told apart; empty where there is none
 * @param score what the model said
 * @param chance how likely it is right, by the reference; NaN where no reference says so
 * @param isDecided whether the score reached the threshold
 * @param answeredScore of a shadow, what the version said that answered; NaN of all others
 * @param isAnsweredDecided whether that reached the threshold
 * @param truth the label that counts
 * @param delayMillis from the event to that label; 0 where there is none
 * @param labelsBefore how many labels are older than the event
 * @param labelsLate how many are from after the horizon
 * @param labelsSuperseded how many gave way to a later one
 */
public record Outcome(
        int weight,
        String eventId,
        long eventTimeMillis,
        String modelName,
        String modelVersion,
        String route,
        String segment,
        double score,
        double chance,
        boolean isDecided,
        double answeredScore,
        boolean isAnsweredDecided,
        Truth truth,
        long delayMillis,
        int labelsBefore,
        int labelsLate,
        int labelsSuperseded) {

    /** What the label says. */
    public enum Truth {
        UNKNOWN,
        POSITIVE,
        NEGATIVE
    }

    /** The same, taken back. */
    Outcome takenBack() {
        return new Outcome(
                -weight,
                eventId,
                eventTimeMillis,
                modelName,
                modelVersion,
                route,
                segment,
                score,
                chance,
                isDecided,
                answeredScore,
                isAnsweredDecided,
                truth,
                delayMillis,
                labelsBefore,
                labelsLate,
                labelsSuperseded);
    }
}
