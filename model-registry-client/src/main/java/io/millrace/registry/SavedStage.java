package io.millrace.registry;

import java.util.Map;

/**
 * What flink-ml writes beside the data of a model that it saves, in the file {@code metadata}.
 *
 * @param className the class that saved it
 * @param params its parameters as text, by name: {@code featuresCol} and others
 */
public record SavedStage(String className, Map<String, String> params) {

    public SavedStage {
        params = Map.copyOf(params);
    }
}
