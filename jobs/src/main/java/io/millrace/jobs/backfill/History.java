package io.millrace.jobs.backfill;

import io.millrace.features.Ties;
import io.millrace.record.Received;
import io.millrace.source.SourceConfig;
import java.util.List;
import java.util.Map;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Where the past of a topic is read. */
public interface History {

    /** Reads it: each record's timestamp is its event time. */
    DataStream<Received> attach(SourceConfig topic, StreamExecutionEnvironment env);

    /** Whether rows may come in event-time order, so that it is worth finding out. */
    boolean mayBeInOrder();

    /** How events of one instant follow each other. */
    Ties ties();

    /** Whether it holds all that the stream ever held, as {@code features.history-from} means. */
    boolean isWhole();

    /** What it is, for people. */
    String described();

    /** What it is, for machines: an object for each file or partition. */
    List<Map<String, Object>> parts();
}
