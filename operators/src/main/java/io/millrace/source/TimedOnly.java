package io.millrace.source;

import io.millrace.record.Received;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;

/**
 * Hides records without an event time from a watermark generator. They say nothing about event
 * time, so they neither move it nor keep an otherwise silent partition from being idle.
 */
final class TimedOnly implements WatermarkGenerator<Received> {
    private final WatermarkGenerator<Received> generator;

    TimedOnly(WatermarkGenerator<Received> generator) {
        this.generator = generator;
    }

    @Override
    public void onEvent(Received received, long eventTimeMillis, WatermarkOutput output) {
        if (received.eventTimeMillis() != Received.NO_EVENT_TIME) {
            generator.onEvent(received, eventTimeMillis, output);
        }
    }

    @Override
    public void onPeriodicEmit(WatermarkOutput output) {
        generator.onPeriodicEmit(output);
    }
}
