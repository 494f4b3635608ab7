package io.millrace.tests.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.tests.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job jar, and the folder that runs it. */
class DistributionITCase {
    private static final Path DIST = Repository.path("jobs/target/dist");
    private static final long MOST_BYTES = 45_000_000;

    @TempDir static Path folder;

    @BeforeAll
    static void build() {
        assertThat(Launched.run(folder, "version").output()).contains("Millrace ", "Flink 2.3.0");
    }

    @Test
    void theJobJarHasWhatAClusterLacksAndNothingThatItHas() throws IOException {
        Path jar = DIST.resolve("millrace.jar");
        assertThat(Files.size(jar)).isLessThan(MOST_BYTES);
        try (var file = new JarFile(jar.toFile())) {
            List<String> entries = file.stream().map(entry -> entry.getName()).toList();
            assertThat(entries)
                    .contains(
                            "io/millrace/jobs/Millrace.class",
                            "io/millrace/inference/InferenceStage.class",
                            "org/apache/flink/connector/kafka/source/KafkaSource.class",
                            "org/apache/kafka/clients/producer/KafkaProducer.class",
                            "dev/cel/common/CelOptions.class",
                            "META-INF/services/org.apache.flink.table.factories.Factory")
                    // In the job jar, each restart of a job leaks ONNX Runtime's class loader and
                    // native library.
                    .noneMatch(entry -> entry.startsWith("ai/onnxruntime/"))
                    .noneMatch(entry -> entry.startsWith("org/apache/flink/streaming/api/"))
                    .noneMatch(entry -> entry.startsWith("org/apache/flink/runtime/"))
                    .noneMatch(entry -> entry.startsWith("kafka/server/"))
                    .noneMatch(entry -> entry.startsWith("org/apache/logging/"))
                    .noneMatch(entry -> entry.endsWith(".SF"));
        }
    }

    @Test
    void theManifestNamesAllThatLiesInLib() throws IOException {
        try (var file = new JarFile(DIST.resolve("millrace.jar").toFile())) {
            Attributes manifest = file.getManifest().getMainAttributes();
            for (String entry : manifest.getValue(Attributes.Name.CLASS_PATH).split(" ", -1)) {
                assertThat(DIST.resolve(entry)).exists();
            }
            assertThat(manifest.getValue("Add-Opens")).contains("java.base/java.util");
        }
    }
}
