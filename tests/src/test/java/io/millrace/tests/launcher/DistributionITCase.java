package io.millrace.tests.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;
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
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();
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

    /** ONNX Runtime would take the process down without a word of its own. */
    @Test
    void aCommandLineOnWhichOnnxRuntimeCrashesIsRefused() throws Exception {
        String padding = "-Dpadding=" + "x".repeat(6_000);
        String pipeline = Repository.path("jobs/pipelines/card-fraud.yaml").toString();
        String jar = DIST.resolve("millrace.jar").toString();
        var java = new ProcessBuilder(JAVA, padding, "-jar", jar, "validate", pipeline);
        java.redirectErrorStream(true);
        java.environment().remove("ORT_DISABLE_TELEMETRY");

        Process refused = java.start();
        assertThat(new String(refused.getInputStream().readAllBytes(), UTF_8))
                .startsWith("millrace: the command line is over 3,500 characters long")
                .contains("set ORT_DISABLE_TELEMETRY=1");
        assertThat(refused.waitFor()).isEqualTo(1);

        java.environment().put("ORT_DISABLE_TELEMETRY", "1");
        Process allowed = java.start();
        assertThat(new String(allowed.getInputStream().readAllBytes(), UTF_8)).contains("valid");
        assertThat(allowed.waitFor()).isZero();
    }
}
