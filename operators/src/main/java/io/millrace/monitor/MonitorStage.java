package io.millrace.monitor;

import io.millrace.record.Traced;
import org.apache.flink.streaming.api.datastream.DataStream;

/** Taps on a pipeline's streams: each passes its records on, and counts them by input partition. */
public final class MonitorStage {
    private static final String UID = "monitor-";

    public <T extends Traced> DataStream<T> account(DataStream<T> stream, Fate fate) {
        String uid = UID + fate.hyphenated();
        return stream.map(new AccountingFunction<T>(fate))
                .returns(stream.getType())
                .uid(uid)
                .name(uid);
    }
}
