package io.millrace.tests.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.tests.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code ./millrace parity} says where there is nothing to compare, word by word. */
class ParityITCase {
    @TempDir Path folder;

    private Path pipeline;

    @BeforeEach
    void copyThePipeline() throws IOException {
        pipeline = folder.resolve("card-fraud.yaml");
        Files.copy(Repository.path("jobs/pipelines/card-fraud.yaml"), pipeline);
    }

    @Test
    void aPipelineThatLogsNoFeaturesIsToldHowTo() throws IOException {
        Files.writeString(
                pipeline,
                Files.readString(pipeline)
                        .replace("include-features: true", "include-features: false"));
        assertSays("parity-no-features");
    }

    @Test
    void aToleranceIsNotNegative() {
        assertSays("parity-tolerance", "--tolerance", "-1");
    }

    @Test
    void aRangeEndsAfterItsBeginning() {
        assertSays("parity-range", "--from", "2026-03-01", "--to", "2026-02-01");
    }

    @Test
    void filesHaveNoCommittedOffsets() throws IOException {
        Files.writeString(folder.resolve("transactions.csv"), "transaction_id\n");
        assertSays("parity-committed-files", "--to", "committed", "--events", "transactions.csv");
    }

    private void assertSays(String golden, String... options) {
        var arguments = new ArrayList<>(List.of("parity", "card-fraud.yaml"));
        arguments.addAll(List.of(options));
        var launched = Launched.run(folder, arguments.toArray(String[]::new));
        Golden.assertSame(
                Repository.path("tests/src/test/resources/launcher/" + golden + ".txt"),
                launched.output().replace(folder.toString(), "<folder>"));
        assertThat(launched.exitCode()).isEqualTo(2);
        assertThat(folder.resolve("tmp")).isEmptyDirectory();
    }
}
