package io.millrace.jobs.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalFlinkITCase {
    @TempDir Path folder;

    @Test
    void aPersonReadsTheWebUiAndPrometheusTheMetrics() throws Exception {
        try (var flink = LocalFlink.start(folder, 2, 0)) {
            assertThat(read(flink.webAddress().resolve("/overview"))).contains("\"slots-total\":2");
            assertThat(read(flink.metricsAddress()))
                    .contains("flink_jobmanager_taskSlotsTotal")
                    .contains("flink_taskmanager_Status_JVM_Memory_Heap_Used");
        }
    }

    private static String read(URI address) throws Exception {
        try (InputStream in = address.toURL().openStream()) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }
}
