package io.millrace.jobs;

import io.millrace.inference.InferenceConfig;
import io.millrace.jobs.models.ModelTrial;
import io.millrace.jobs.pipeline.PipelineFile;
import io.millrace.jobs.pipeline.PipelineJob;
import io.millrace.jobs.terminal.CommandFailure;
import io.millrace.jobs.terminal.ExitCode;
import io.millrace.jobs.terminal.Terminal;
import io.millrace.registry.ModelVersion;
import io.millrace.spec.FeaturesSpec.ElementSpec;
import io.millrace.spec.FeaturesSpec.ExpressionSpec;
import io.millrace.spec.FeaturesSpec.WindowSpec;
import io.millrace.spec.GuardSpec;
import io.millrace.spec.MonitorSpec;
import io.millrace.spec.PipelineSpec;
import io.millrace.spec.RetrainSpec;
import io.millrace.spec.StreamSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Checks all that can be checked without a cluster. */
@Command(
        name = "validate",
        mixinStandardHelpOptions = true,
        description = {
            "Reports every mistake in a pipeline's file at once, opens its model in a process of"
                    + " its own,",
            "compares the two, and builds the job. Needs neither Kafka nor Flink.",
            "Exit code: 0 valid, 2 not."
        })
final class ValidateCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin private PipelineArgument pipeline = new PipelineArgument();

    ValidateCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        PipelineFile file = pipeline.read();
        PipelineSpec spec = file.spec();
        try (var scratch = Scratch.create("validate")) {
            List<ModelVersion> models = file.fittingModels(scratch.folder());
            for (ModelVersion model : models) {
                tryOut(spec, model, scratch.folder());
            }
            build(spec, models);
            terminal.line("%s %s is valid", terminal.green("✓"), file.path());
            terminal.line("");
            describe(spec, models);
        }
        return ExitCode.OK;
    }

    private static void tryOut(PipelineSpec spec, ModelVersion model, Path cache)
            throws InterruptedException {
        try {
            ModelTrial.STANDARD.run(spec.model().registry(), model, cache);
        } catch (CommandFailure e) {
            throw CommandFailure.badInput("%s", String.valueOf(e.getMessage())).causedBy(e);
        }
    }

    private static void build(PipelineSpec spec, List<ModelVersion> models) {
        try {
            Objects.requireNonNull(new PipelineJob(spec, models).graph(1));
        } catch (IllegalArgumentException e) {
            throw CommandFailure.badInput("%s", String.valueOf(e.getMessage())).causedBy(e);
        }
    }

    private void describe(PipelineSpec spec, List<ModelVersion> models) {
        row("pipeline", spec.pipeline());
        row("events", stream(spec.events().stream()));
        if (spec.labels() != null) {
            row("labels", stream(spec.labels().stream()));
        }
        row("entities", String.join(", ", spec.entities().columns().keySet()));
        row(
                "features",
                "%d of %s, in %s order: %s%d expressions, %d windows (%s)"
                        .formatted(
                                spec.features().vector().size(),
                                spec.features().view(),
                                spec.features()
                                        .order()
                                        .name()
                                        .toLowerCase(Locale.ROOT)
                                        .replace('_', '-'),
                                elements(spec),
                                spec.features().vector().stream()
                                        .filter(ExpressionSpec.class::isInstance)
                                        .count(),
                                spec.features().vector().stream()
                                        .filter(WindowSpec.class::isInstance)
                                        .count(),
                                windows(spec)));
        if (!spec.model().naming().isOne()) {
            row("models", many(spec, models));
        }
        for (ModelVersion model : models) {
            row(
                    "model",
                    "%s, which %s@%s is now; %s"
                            .formatted(model, model.name(), spec.model().alias(), model.digest()));
        }
        row(
                "decision",
                "%s from %s on, %s below"
                        .formatted(
                                spec.decision().atOrAbove(),
                                spec.decision().threshold(),
                                spec.decision().below()));
        if (spec.monitor() != null) {
            row("monitor", monitor(spec, spec.monitor()));
            if (spec.monitor().guard() != null) {
                row("guard", guard(spec, spec.monitor().guard()));
            }
            if (spec.monitor().retrain() != null) {
                row("retrain", retrain(spec, spec.monitor().retrain()));
            }
        }
        row(
                "output",
                "%s, %s, %s; %s"
                        .formatted(
                                spec.output().scores(),
                                spec.output().deadLetters(),
                                spec.output().duplicates(),
                                spec.output()
                                        .guarantee()
                                        .name()
                                        .toLowerCase(Locale.ROOT)
                                        .replace('_', '-')));
    }

    private static String many(PipelineSpec spec, List<ModelVersion> models) {
        long bytes = models.stream().mapToLong(InferenceConfig::heldBytes).sum();
        return "%d of %s; they count as %d MiB together, and model.memory is %d MiB"
                .formatted(
                        models.size(),
                        spec.model().name(),
                        bytes >> 20,
                        spec.model().memoryBytes() >> 20);
    }

    private static String monitor(PipelineSpec spec, MonitorSpec monitor) {
        return "windows of %s every %s%s%s%s; %s, %s, %s"
                .formatted(
                        text(monitor.window()),
                        text(monitor.slide()),
                        monitor.rolling() == null
                                ? ""
                                : ", compared with the %s before, %s apart"
                                        .formatted(
                                                text(monitor.rolling().range()),
                                                text(monitor.rolling().gap())),
                        monitor.segment() == null ? "" : ", also by " + monitor.segment(),
                        monitor.learnRows() == 0
                                ? ""
                                : ", profiles learned of %,d rows".formatted(monitor.learnRows()),
                        spec.output().drift(),
                        spec.output().quality(),
                        spec.output().alerts());
    }

    private static String guard(PipelineSpec spec, GuardSpec guard) {
        List<String> does = new ArrayList<>();
        if (guard.isPromoting()) {
            does.add("promotes");
        }
        if (guard.isRetiring()) {
            does.add("retires");
        }
        if (guard.rollback() != null) {
            does.add("rolls back");
        }
        return "by %s: %s%s; %s"
                .formatted(
                        guard.by().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                        does.isEmpty() ? "does nothing" : String.join(", ", does),
                        guard.isDryRun() ? ", in a dry run" : "",
                        spec.output().audit());
    }

    private static String retrain(PipelineSpec spec, RetrainSpec retrain) {
        return "asked for by %ss of %s, once in %s; %s"
                .formatted(
                        retrain.severity().name().toLowerCase(Locale.ROOT),
                        retrain.sources().stream()
                                .map(source -> source.name().toLowerCase(Locale.ROOT))
                                .collect(Collectors.joining(", ")),
                        text(retrain.cooldown()),
                        spec.output().retrain());
    }

    private static String stream(StreamSpec stream) {
        return "%s (%s, %d columns, %d expectations)"
                .formatted(
                        stream.topic(),
                        stream.format(),
                        stream.columns().size(),
                        stream.expectations().size());
    }

    private static String elements(PipelineSpec spec) {
        long elements =
                spec.features().vector().stream().filter(ElementSpec.class::isInstance).count();
        return elements == 0 ? "" : "%d elements, ".formatted(elements);
    }

    private static String windows(PipelineSpec spec) {
        return spec.features().vector().stream()
                .filter(WindowSpec.class::isInstance)
                .map(feature -> ((WindowSpec) feature).window())
                .distinct()
                .sorted()
                .map(ValidateCommand::text)
                .collect(Collectors.joining(", "));
    }

    private static String text(Duration window) {
        return window.toHours() % 24 == 0 && window.toDays() > 0
                ? window.toDays() + " d"
                : window.toString().substring(2).toLowerCase(Locale.ROOT);
    }

    private void row(String name, String text) {
        terminal.line("  %s %s", terminal.dim("%-9s".formatted(name)), text);
    }
}
