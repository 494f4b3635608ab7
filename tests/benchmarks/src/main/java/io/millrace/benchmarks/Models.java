package io.millrace.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the models of the benchmarks are registered. */
final class Models {

    private Models() {}

    /** The directory registry that has a model of that name: the pipelines' or our own. */
    static Path registryOf(String model) {
        Path home = Path.of(ChildJvm.property("millrace.home")).normalize();
        Path shipped = home.resolve(Path.of("jobs", "pipelines", "models"));
        return Files.exists(shipped.resolve(model))
                ? shipped
                : home.resolve(Path.of("tests", "benchmarks", "models"));
    }
}
