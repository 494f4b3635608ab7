package io.millrace.features;

import io.millrace.spec.FeaturesSpec.Order;
import java.io.Serializable;

/**
 * Which rows come too late, and how far back the past still matters.
 *
 * <p>In event-time order a row at or behind the watermark is too late, since later rows may have
 * been answered without it. In arrival order an event is answered until it is {@code allowedMillis}
 * behind the watermark, and a label is learnt for as long as such an event could see it.
 *
 * @param allowedMillis how far behind the watermark an event is still answered, in arrival order
 * @param labelRetentionMillis how far back any window over labels reaches
 */
record Lateness(Order order, long allowedMillis, long labelRetentionMillis)
        implements Serializable {

    /** Whether rows wait for the watermark before they are answered. */
    boolean waits() {
        return order == Order.EVENT_TIME;
    }

    boolean isTooLate(boolean isLabel, long timeMillis, long watermarkMillis) {
        return timeMillis <= latestRefused(isLabel, watermarkMillis);
    }

    /** The latest event time that is too late. */
    long latestRefused(boolean isLabel, long watermarkMillis) {
        if (waits()) {
            return watermarkMillis;
        }
        long oldestAnswered = EventTime.before(watermarkMillis, allowedMillis);
        return isLabel ? EventTime.before(oldestAnswered, labelRetentionMillis) : oldestAnswered;
    }

    /**
     * The event time behind which no event of the entity will be answered any more, once a row at
     * the given time is being answered.
     */
    long horizonMillis(long timeMillis, long watermarkMillis) {
        return waits() ? timeMillis : EventTime.before(watermarkMillis, allowedMillis);
    }

    /** The watermark at which no event that reaches the given horizon can come any more. */
    long watermarkOf(long horizonMillis) {
        return waits() ? horizonMillis : EventTime.after(horizonMillis, allowedMillis);
    }
}
