package io.millrace.jobs.demo;

import io.millrace.jobs.local.LocalFlink;
import io.millrace.jobs.local.LocalKafka;
import io.millrace.jobs.pipeline.PipelineFile;
import io.millrace.jobs.pipeline.PipelineJob;
import io.millrace.jobs.pipeline.RunningJob;
import io.millrace.jobs.simulator.LabelledSimulation;
import io.millrace.jobs.simulator.SimulatorConfig;
import io.millrace.jobs.terminal.CommandFailure;
import io.millrace.jobs.terminal.Sentence;
import io.millrace.jobs.terminal.Terminal;
import io.millrace.registry.ModelVersion;
import io.millrace.sink.TopicPlan;
import io.millrace.spec.CheckpointSpec;
import io.millrace.spec.LabelsSpec;
import io.millrace.spec.PipelineSpec;
import io.millrace.spec.SpecException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Real fraud being scored, in one process: a broker, a cluster, a simulation that sends
 * transactions and labels, the pipeline that a user would run, and a reader of what it says.
 *
 * <p>Everything lies in one folder, which is the caller's to remove. Interrupting the thread that
 * runs the demo stops it.
 */
public final class Demo implements AutoCloseable {
    private static final Duration DRAW_EVERY = Duration.ofMillis(400);
    private static final Duration LOOK_EVERY = Duration.ofMillis(20);

    /** More often than the pipeline says, for people who watch. */
    private static final Duration COMMIT_EVERY = Duration.ofSeconds(2);

    /** After a drain all answers are committed; a reader has them within moments. */
    private static final Duration STUCK = Duration.ofSeconds(30);

    /** Two checkpoints, and what a reader takes. */
    private static final Duration SETTLED = Duration.ofSeconds(6);

    private static final int PARTITIONS = 2;

    private static final Map<String, String> BROKER_SETTINGS =
            Map.of(
                    // Latency is measured from the broker's clock.
                    "log.message.timestamp.type", "LogAppendTime",
                    // Everything is gone in the end; until then, nothing may be.
                    "log.retention.ms", "-1");

    private final DemoConfig config;
    private final Path pipelineFile;
    private final Path folder;
    private final Terminal terminal;
    private final Verdicts verdicts;
    private final Tally tally = new Tally();
    private final Closing closing = new Closing();

    /**
     * A demo that has not begun.
     *
     * @param pipelineFile the pipeline that scores
     * @param folder where everything lies; empty
     */
    public Demo(DemoConfig config, Path pipelineFile, Path folder, Terminal terminal) {
        this.config = config;
        this.pipelineFile = pipelineFile;
        this.folder = folder;
        this.terminal = terminal;
        this.verdicts = new Verdicts(config.events());
    }

    /**
     * Runs to the end.
     *
     * @return whether every record is accounted for
     */
    public boolean run() throws InterruptedException, IOException {
        announce();
        var starting =
                start("broker", () -> LocalKafka.start(folder.resolve("kafka"), BROKER_SETTINGS));
        closing.add(starting, LocalKafka::close);
        var startingFlink =
                start(
                        "cluster",
                        () -> LocalFlink.start(folder.resolve("flink"), config.parallelism(), 0));
        closing.add(startingFlink, LocalFlink::close);
        var openingModel =
                start("model", () -> read("not-yet-known:0").model(folder.resolve("models")));

        LocalKafka kafka = await("broker", starting);
        PipelineSpec own = read(kafka.bootstrapServers()).spec();
        PipelineSpec spec = own.with(new CheckpointSpec(COMMIT_EVERY, own.checkpoint().timeout()));
        createTopics(kafka, spec);
        ModelVersion model = await("model", openingModel);
        var job = new PipelineJob(spec, model).graph(config.parallelism());
        LocalFlink flink = await("cluster", startingFlink);
        RunningJob running = RunningJob.submit(flink.client(), job);
        terminal.line("");
        terminal.line("  %s %s", terminal.dim("web UI   "), flink.webAddress());
        terminal.line("  %s %s", terminal.dim("metrics  "), flink.metricsAddress());
        awaitTasks(flink, running);

        var feed = feed(spec);
        var reader = new ScoreReader(spec, tally, verdicts);
        inBackground("demo-reader", reader, reader::stop);
        inBackground("demo-feed", feed, feed::stop);
        var view =
                new View(
                        config,
                        feed,
                        tally,
                        verdicts,
                        () -> flink.completedCheckpoints(running.id()));
        Snapshot read = watch(view, feed, reader, flink, running, spec);

        boolean balanced =
                new Summary(terminal, config, spec, model).write(read, view.now(), tally, verdicts);
        if (config.keep()) {
            keep(kafka, flink);
        }
        return balanced;
    }

    /** Stops everything that was started, in reverse order. */
    @Override
    public void close() {
        closing.close();
    }

    private void announce() {
        terminal.line(
                "%s  %,d card transactions of %d days%s, %s, seed %d",
                terminal.bold("Millrace demo"),
                config.events(),
                DemoConfig.DAYS,
                config.rate() > 0
                        ? ", %,d a second".formatted(config.rate())
                        : ", as fast as they go",
                config.badShare() > 0
                        ? "%.1f %% bad rows among them".formatted(100 * config.badShare())
                        : "no bad rows",
                config.seed());
        terminal.line("");
    }

    private <T> CompletableFuture<T> start(String what, Callable<T> starting) {
        var started = new CompletableFuture<T>();
        long began = System.nanoTime();
        thread(
                        "demo-" + what,
                        () -> {
                            try {
                                T value = starting.call();
                                started.complete(value);
                                terminal.line(
                                        "  %s %-8s %4.1f s",
                                        terminal.green("✓"),
                                        what,
                                        (System.nanoTime() - began) / 1e9);
                            } catch (Throwable e) {
                                started.completeExceptionally(e);
                            }
                        })
                .start();
        return started;
    }

    private static <T> T await(String what, CompletableFuture<T> starting)
            throws InterruptedException {
        try {
            return starting.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure
                    && (failure instanceof SpecException || Sentence.isWritten(failure))) {
                throw failure;
            }
            throw CommandFailure.failed("the %s did not start: %s", what, Sentence.rootOf(e))
                    .causedBy(e);
        }
    }

    private PipelineFile read(String bootstrapServers) {
        Function<String, @Nullable String> variables =
                name -> name.equals("KAFKA_BOOTSTRAP_SERVERS") ? bootstrapServers : null;
        return PipelineFile.read(pipelineFile, variables);
    }

    private static void createTopics(LocalKafka kafka, PipelineSpec spec) {
        for (String topic : TopicPlan.of(spec).topics()) {
            kafka.createTopic(topic, PARTITIONS);
        }
    }

    private TransactionFeed feed(PipelineSpec spec) {
        LabelsSpec labels = spec.labels();
        if (labels == null) {
            throw CommandFailure.badInput("%s has no labels; the demo needs them", pipelineFile);
        }
        return new TransactionFeed(
                config,
                spec.kafka().bootstrapServers(),
                spec.events().stream().topic(),
                labels.stream().topic(),
                new LabelledSimulation(
                        SimulatorConfig.ofTransactions(
                                config.seed(), DemoConfig.DAYS, config.events())),
                verdicts);
    }

    /** Without this, the first records would be seen to wait for the job's start. */
    private void awaitTasks(LocalFlink flink, RunningJob job) throws InterruptedException {
        while (!flink.isRunning(job.id())) {
            refuseFailed(flink, job);
            Thread.sleep(LOOK_EVERY.toMillis());
        }
    }

    /**
     * Draws until all that was sent has been read by the job, then drains it, then draws until a
     * reader has seen every answer.
     *
     * @return how it stood when all had been read
     */
    private Snapshot watch(
            View view,
            TransactionFeed feed,
            ScoreReader reader,
            LocalFlink flink,
            RunningJob job,
            PipelineSpec spec)
            throws InterruptedException {
        var panel = new Panel(terminal);
        try (var progress = new ReadProgress(spec)) {
            while (!(feed.isDone() && progress.hasReadAll())) {
                panel.draw(view.now());
                refuseFailed(flink, job);
                refuseFailed(feed, reader);
                Thread.sleep(DRAW_EVERY.toMillis());
            }
        }
        Snapshot read = view.now();
        if (!config.keep()) {
            job.drain();
        }
        long began = System.nanoTime();
        while (tally.answered() < feed.sent() && System.nanoTime() - began < lastWait().toNanos()) {
            panel.draw(view.now());
            refuseFailed(feed, reader);
            Thread.sleep(DRAW_EVERY.toMillis());
        }
        panel.end(view.now());
        return read;
    }

    /**
     * A job that runs on keeps the newest rows until newer ones come; there is no point in waiting.
     */
    private Duration lastWait() {
        return config.keep() ? SETTLED : STUCK;
    }

    private static void refuseFailed(TransactionFeed feed, ScoreReader reader) {
        refuseFailed(feed.failure(), "the simulation could not be sent");
        refuseFailed(reader.failure(), "the scores could not be read");
    }

    private static void refuseFailed(LocalFlink flink, RunningJob job) {
        String failure = flink.failure(job.id());
        if (failure != null) {
            throw CommandFailure.failed("the job failed: %s", failure);
        }
    }

    private static void refuseFailed(@Nullable Exception failure, String what) {
        if (failure != null) {
            throw CommandFailure.failed("%s: %s", what, Sentence.rootOf(failure)).causedBy(failure);
        }
    }

    private void keep(LocalKafka kafka, LocalFlink flink) throws InterruptedException {
        terminal.line("");
        terminal.line("All of it runs on until Ctrl-C, and is removed then:");
        terminal.line("  web UI   %s", flink.webAddress());
        terminal.line("  metrics  %s", flink.metricsAddress());
        terminal.line("  Kafka    %s", kafka.bootstrapServers());
        terminal.line("  folder   %s", folder);
        terminal.line(
                "  ./millrace reconcile jobs/pipelines/card-fraud.yaml --set"
                        + " KAFKA_BOOTSTRAP_SERVERS=%s",
                kafka.bootstrapServers());
        terminal.line(
                "  ./millrace report jobs/pipelines/card-fraud.yaml --set"
                        + " KAFKA_BOOTSTRAP_SERVERS=%s",
                kafka.bootstrapServers());
        new CountDownLatch(1).await();
    }

    private void inBackground(String name, Runnable work, Runnable stop) {
        Thread thread = thread(name, work);
        closing.add(
                () -> {
                    stop.run();
                    join(thread);
                });
        thread.start();
    }

    private static Thread thread(String name, Runnable work) {
        var thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }

    private static void join(Thread thread) {
        try {
            thread.join(STUCK.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
