package io.millrace.benchmarks;

import io.millrace.jobs.local.LocalKafka;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * A scoring job that runs again and again over the same rows in a JVM of its own, until the
 * compilers of that JVM have little left to do.
 */
final class ScoringPasses implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(10);
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final ScoringVariant variant;
    private final String name;
    private final int rows;
    private final LocalKafka kafka;
    private final Admin admin;
    private final ChildJvm job;
    private int pass;

    /** The topic that the pass writes to; null before the first. */
    private @Nullable String output;

    /**
     * What a job has done and used so far.
     *
     * @param rows of this pass
     */
    record Sample(long rows, long nanoTime, double jobNanos, double compilerNanos) {

        /** CPU per row since then, in µs, without the compilers. */
        double jobMicrosPerRow(Sample since) {
            return (jobNanos - since.jobNanos) / (rows - since.rows) / 1e3
                    - (Double.isNaN(compilerNanos) ? 0 : compilerMicrosPerRow(since));
        }

        /** CPU of the compilers per row since then, in µs; NaN where that is not known. */
        double compilerMicrosPerRow(Sample since) {
            return (compilerNanos - since.compilerNanos) / (rows - since.rows) / 1e3;
        }

        double rowsPerSecond(Sample since) {
            return (rows - since.rows) / ((nanoTime - since.nanoTime) / 1e9);
        }
    }

    private ScoringPasses(
            ScoringVariant variant,
            String name,
            int rows,
            LocalKafka kafka,
            Admin admin,
            ChildJvm job) {
        this.variant = variant;
        this.name = name;
        this.rows = rows;
        this.kafka = kafka;
        this.admin = admin;
        this.job = job;
    }

    /**
     * Starts the JVM, in which nothing runs yet.
     *
     * @param rows how many the input has
     */
    static ScoringPasses of(
            ScoringVariant variant, int round, int rows, Path folder, LocalKafka kafka, Admin admin)
            throws IOException {
        String name = "bench-" + variant.typed() + "-" + round;
        var job =
                ChildJvm.start(
                        name,
                        folder,
                        "1g",
                        ScoringRun.class,
                        List.of(
                                variant.name(),
                                kafka.bootstrapServers(),
                                variant.input().topic(),
                                Models.registryOf(variant.model()).toString(),
                                folder.resolve("models").toString()));
        return new ScoringPasses(variant, name, rows, kafka, admin, job);
    }

    /** Begins another pass, and waits for its first row. */
    void begin() throws Exception {
        end();
        pass++;
        output = name + "-" + pass;
        for (String topic : variant.outputTopics(output)) {
            kafka.createTopic(topic, 1);
        }
        job.tell(output);
        if (!await(1, PATIENCE)) {
            throw stuck();
        }
    }

    /** Whoever waits for more rows than come. */
    IllegalStateException stuck() {
        return job.stuck(PATIENCE);
    }

    /** Waits until this pass has written so many rows, or for so long; whether it has. */
    boolean await(long target, Duration atMost) throws Exception {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (written() < target) {
            if (System.nanoTime() >= deadline) {
                return false;
            }
            job.await(POLL);
        }
        return true;
    }

    /** Begins another pass where this one has written all rows. */
    void goOn() throws Exception {
        if (output == null || written() >= rows) {
            begin();
        }
    }

    Sample sample() throws Exception {
        return new Sample(written(), System.nanoTime(), job.cpuNanos(), job.compilerNanos());
    }

    private long written() throws InterruptedException, ExecutionException {
        if (output == null) {
            return 0;
        }
        var partition = new TopicPartition(output, 0);
        return admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                .partitionResult(partition)
                .get()
                .offset();
    }

    private void end() throws InterruptedException, ExecutionException {
        if (output != null) {
            admin.deleteTopics(variant.outputTopics(output)).all().get();
            output = null;
        }
    }

    @Override
    public void close() throws Exception {
        job.close();
        end();
    }
}
