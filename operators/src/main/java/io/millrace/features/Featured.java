package io.millrace.features;

import io.millrace.record.DeadLetter;
import io.millrace.record.FeatureVector;
import org.apache.flink.streaming.api.datastream.DataStream;

/**
 * What the feature stage makes of events.
 *
 * @param vectors one vector for each event that is not refused
 * @param deadLetters refused events and labels
 */
public record Featured(DataStream<FeatureVector> vectors, DataStream<DeadLetter> deadLetters) {}
