package io.millrace.registry;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What runs a model. */
public enum Engine {
    /** ONNX Runtime, of a file in its format. */
    ONNX("model.onnx"),

    /** A servable of flink-ml, of the one data file in a folder that it has saved. */
    FLINK_ML("model.data");

    private final String file;

    Engine(String file) {
        this.file = file;
    }

    /** The name in a metadata file: {@code flink-ml}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What the model's file is called among the files of its version. */
    String file() {
        return file;
    }

    static Engine of(String text) {
        for (var engine : values()) {
            if (engine.text().equals(text)) {
                return engine;
            }
        }
        throw new IllegalArgumentException(
                "engine is %s; it must be one of %s"
                        .formatted(
                                text,
                                Arrays.stream(values())
                                        .map(Engine::text)
                                        .collect(Collectors.joining(", "))));
    }
}
