package io.millrace.features;

import ai.onnxruntime.OrtEnvironment;
import io.millrace.ingest.PlantedCheck;
import io.millrace.jobs.PlantedManager;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Planted: a core that does all that a core must not. */
final class PlantedWindow {

    private PlantedWindow() {}

    static Object offend(
            MapFunction<String, String> flink, PlantedCheck otherStage, PlantedManager job) {
        return new Object[] {
            flink,
            otherStage,
            job,
            System.nanoTime(),
            System.getenv("HOME"),
            Files.exists(Path.of("/")),
            StreamExecutionEnvironment.getExecutionEnvironment(),
            KafkaSource.builder(),
            OrtEnvironment.getEnvironment()
        };
    }
}
