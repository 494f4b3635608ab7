package io.millrace.features;

/**
 * The rows of a log that one window holds at one event.
 *
 * @param from the index of the oldest row
 * @param to the index after the newest row
 * @param current the index of the event itself; {@link Selection#NONE} where the log has no events
 * @param timeMillis the event's time
 */
record Stretch(LogIndexes indexes, int from, int to, int current, long timeMillis) {

    /** The rows without the event itself. */
    Stretch withoutCurrent() {
        return current == Selection.NONE || to <= current
                ? this
                : new Stretch(indexes, from, current, current, timeMillis);
    }
}
