package io.millrace.record;

import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.streaming.api.datastream.DataStream;

/** Brings rows of one key together where an operator keeps what it knows of keys by itself. */
public final class Partitions {
    private Partitions() {}

    /**
     * The same rows, all of a key in one subtask. Flink knows of no key, so that it neither sorts
     * rows in batch mode nor holds state of theirs; and where there is one subtask, nothing is
     * handed over.
     */
    public static <T, K> DataStream<T> of(
            DataStream<T> rows, KeySelector<T, K> key, TypeInformation<K> type) {
        var environment = rows.getExecutionEnvironment();
        return environment.getParallelism() == 1
                ? rows
                : new DataStream<>(environment, rows.keyBy(key, type).getTransformation());
    }
}
