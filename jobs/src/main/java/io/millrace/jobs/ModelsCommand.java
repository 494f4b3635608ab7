package io.millrace.jobs;

import io.millrace.jobs.models.GuardMetrics;
import io.millrace.jobs.models.GuardRun;
import io.millrace.jobs.models.ModelTrial;
import io.millrace.jobs.models.Promotion;
import io.millrace.jobs.pipeline.PipelineFile;
import io.millrace.jobs.terminal.CommandFailure;
import io.millrace.jobs.terminal.ExitCode;
import io.millrace.jobs.terminal.Interrupts;
import io.millrace.jobs.terminal.Sentence;
import io.millrace.jobs.terminal.Terminal;
import io.millrace.monitor.Guard;
import io.millrace.monitor.GuardConfig;
import io.millrace.record.ModelDecision;
import io.millrace.record.ModelUpdate;
import io.millrace.registry.ModelRegistry;
import io.millrace.registry.ModelRegistryException;
import io.millrace.registry.ModelVersion;
import io.millrace.sink.BrokerException;
import io.millrace.sink.ModelJournal;
import io.millrace.sink.ModelTopic;
import io.millrace.spec.ModelName;
import io.millrace.spec.SpecException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The versions of a pipeline's model, and which of them answers when. */
@Command(
        name = "models",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = {
            "The versions of a pipeline's model, and which of them answers from when on.",
            "A version is tried in a process of its own, then the alias is moved, then the topic of"
                    + " announcements says",
            "from which event time on it answers. Running jobs follow without a restart."
        })
final class ModelsCommand {
    private static final long KILOBYTE = 1_000;
    private static final int DIGEST_SHOWN = 12;
    private static final int METRICS_SHOWN = 2;

    private final Terminal terminal;

    ModelsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** How a version is tried. */
    static final class TrialOptions {
        @Option(
                names = "--trial-seconds",
                paramLabel = "N",
                defaultValue = "60",
                description = "How long the trial of a version may take. Default: 60.")
        private int seconds;

        @Option(
                names = "--trial-megabytes",
                paramLabel = "N",
                defaultValue = "2048",
                description = "How much memory the trial of a version may take. Default: 2048.")
        private long megabytes;

        ModelTrial trial() {
            if (seconds < 1 || megabytes < 1) {
                throw CommandFailure.badInput("a trial's limits must be 1 or more");
            }
            return new ModelTrial(Duration.ofSeconds(seconds), megabytes << 20);
        }
    }

    /** How far ahead what is announced holds. */
    static class FromAheadOptions {
        @Option(
                names = "--ahead-seconds",
                paramLabel = "N",
                defaultValue = "10",
                description =
                        "How far ahead of now that is, so that every job can load the version"
                                + " before. Default: 10.")
        private int ahead;

        Duration ahead() {
            if (ahead < 0) {
                throw CommandFailure.badInput("--ahead-seconds is %d; it must be 0 or more", ahead);
            }
            return Duration.ofSeconds(ahead);
        }
    }

    /** From which event time on a version answers. */
    static final class FromOptions extends FromAheadOptions {
        @Option(
                names = "--from",
                paramLabel = "TIME",
                description = "The first event time that the version answers. Default: soon.")
        private @Nullable String from;

        long millis(long nowMillis) {
            Duration ahead = ahead();
            return from == null
                    ? nowMillis + ahead.toMillis()
                    : TimeArgument.millis("--from", from);
        }
    }

    /** Why, for the audit. */
    static final class ReasonOptions {
        @Option(
                names = "--reason",
                paramLabel = "TEXT",
                description = "Why, for the announcement and the audit.")
        private @Nullable String reason;

        String or(String otherwise) {
            return reason == null ? otherwise : reason;
        }
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "The registered versions, their aliases, and which of them answers.")
    int list(@Mixin PipelineArgument pipeline) {
        PipelineFile file = pipeline.read();
        try (var scratch = Scratch.create("models")) {
            ModelName naming = file.spec().model().naming();
            var registry = ModelRegistry.at(file.spec().model().registry(), scratch.folder());
            List<String> names =
                    naming.isOne()
                            ? List.of(naming.toString())
                            : registry.models().stream().filter(naming::matches).toList();
            if (names.isEmpty()) {
                terminal.line(
                        "No model of %s is named %s",
                        file.spec().model().registry().location(), naming);
            }
            names.forEach(name -> list(file, registry, name));
        }
        return ExitCode.OK;
    }

    private void list(PipelineFile file, ModelRegistry registry, String name) {
        Map<String, String> aliases = registry.aliases(name);
        terminal.line("%s in %s", terminal.bold(name), file.spec().model().registry().location());
        for (String number : registry.versions(name)) {
            String of =
                    aliases.entrySet().stream()
                            .filter(alias -> alias.getValue().equals(number))
                            .map(Map.Entry::getKey)
                            .collect(Collectors.joining(", "));
            terminal.line("  %-10s %-20s %s", number, of, described(registry, name, number));
        }
    }

    private static String described(ModelRegistry registry, String name, String number) {
        try {
            ModelVersion version = registry.version(name, number);
            String metrics =
                    version.metrics().entrySet().stream()
                            .sorted(Map.Entry.comparingByKey())
                            .limit(METRICS_SHOWN)
                            .map(
                                    metric ->
                                            String.format(
                                                    Locale.ROOT,
                                                    "%s %.3f",
                                                    metric.getKey(),
                                                    metric.getValue()))
                            .collect(Collectors.joining(", "));
            return "%s  %,d kB  %s"
                    .formatted(
                            version.digest()
                                    .substring("sha256:".length())
                                    .substring(0, DIGEST_SHOWN),
                            (version.bytes() + KILOBYTE - 1) / KILOBYTE,
                            metrics);
        } catch (ModelRegistryException e) {
            return "cannot serve: " + Sentence.of(e);
        }
    }

    @Command(
            name = "timeline",
            mixinStandardHelpOptions = true,
            description = "What was announced, in its order: from when on each version answers.")
    int timeline(@Mixin PipelineArgument pipeline) {
        PipelineFile file = pipeline.read();
        try (var scratch = Scratch.create("models")) {
            List<ModelUpdate> announced = ModelTopic.of(file.spec()).read();
            if (announced.isEmpty()) {
                terminal.line(
                        "Nothing was announced yet; a job's first start announces what %s@%s is"
                                + " then.",
                        file.spec().model().name(), file.spec().model().alias());
            }
            for (int i = 0; i < announced.size(); i++) {
                ModelUpdate update = announced.get(i);
                boolean isRevoked =
                        announced.subList(i + 1, announced.size()).stream()
                                .filter(
                                        later ->
                                                file.spec().model().naming().isOne()
                                                        || later.model().equals(update.model()))
                                .filter(later -> isAnswering(later) == isAnswering(update))
                                .anyMatch(later -> later.fromMillis() <= update.fromMillis());
                terminal.line(
                        "  %-24s %-20s %-18s %s %s",
                        update.fromMillis() == 0
                                ? "from the beginning"
                                : Instant.ofEpochMilli(update.fromMillis()),
                        update,
                        part(update),
                        terminal.dim(
                                "announced "
                                        + Instant.ofEpochMilli(update.announcedMillis())
                                        + ": "
                                        + update.reason()),
                        isRevoked ? "(revoked)" : "");
            }
        }
        return ExitCode.OK;
    }

    @Command(
            name = "register",
            mixinStandardHelpOptions = true,
            description = {
                "Registers the files of a folder as a new version: model.onnx (or flink-ml's"
                    + " model.data), metadata.json, and golden.csv where there are golden rows.",
                "No alias is moved."
            })
    int register(
            @Mixin PipelineArgument pipeline,
            @Mixin ModelArgument name,
            @Parameters(index = "1", paramLabel = "FOLDER", description = "The folder.")
                    Path folder) {
        PipelineFile file = pipeline.read();
        try (var scratch = Scratch.create("models")) {
            var registry = ModelRegistry.at(file.spec().model().registry(), scratch.folder());
            ModelVersion version = registry.register(name.of(file), folder);
            terminal.line(
                    "%s %s is registered; %s", terminal.green("✓"), version, version.digest());
            terminal.line(
                    "To let it answer: ./millrace models promote %s %s%s",
                    pipeline.typed(), version.version(), name.typed());
        }
        return ExitCode.OK;
    }

    @Command(
            name = "promote",
            mixinStandardHelpOptions = true,
            description =
                    "Tries a version, moves the alias to it, and announces from when on it"
                            + " answers.")
    int promote(
            @Mixin PipelineArgument pipeline,
            @Mixin ModelArgument name,
            @Mixin FromOptions from,
            @Mixin TrialOptions trial,
            @Mixin ReasonOptions reason,
            @Parameters(index = "1", paramLabel = "VERSION", description = "The version.")
                    String version)
            throws InterruptedException {
        PipelineFile file = pipeline.read();
        try (var scratch = Scratch.create("models")) {
            var promotion =
                    new Promotion(
                            file, name.of(file), trial.trial(), scratch.folder(), Actor.person());
            long nowMillis = System.currentTimeMillis();
            say(
                    promotion.promote(
                            version, nowMillis, from.millis(nowMillis), reason.or("promoted")));
        }
        return ExitCode.OK;
    }

    @Command(
            name = "rollback",
            mixinStandardHelpOptions = true,
            description = {
                "Moves the alias back to the version that answered before, and announces it.",
                "It was tried then, and is not tried again."
            })
    int rollback(
            @Mixin PipelineArgument pipeline,
            @Mixin ModelArgument name,
            @Mixin FromOptions from,
            @Mixin ReasonOptions reason,
            @Option(
                            names = "--to",
                            paramLabel = "VERSION",
                            description = "Another version that has answered before.")
                    @Nullable String to) {
        PipelineFile file = pipeline.read();
        try (var scratch = Scratch.create("models")) {
            var promotion =
                    new Promotion(
                            file,
                            name.of(file),
                            ModelTrial.STANDARD,
                            scratch.folder(),
                            Actor.person());
            long nowMillis = System.currentTimeMillis();
            say(promotion.rollBack(to, nowMillis, from.millis(nowMillis), reason.reason));
        }
        return ExitCode.OK;
    }

    private void say(ModelUpdate update) {
        terminal.line(
                "%s %s answers from event time %s on; running jobs follow",
                terminal.green("✓"), update, Instant.ofEpochMilli(update.fromMillis()));
    }

    private static boolean isAnswering(ModelUpdate update) {
        return update.role() == ModelUpdate.Role.CHAMPION;
    }

    private static String part(ModelUpdate update) {
        return switch (update.role()) {
            case CHAMPION -> "answers";
            case CHALLENGER ->
                    update.share() == 0
                            ? "is a shadow"
                            : "answers %s %%".formatted(percent(update.share()));
            case RETIRED -> "is retired";
        };
    }

    private static String percent(double share) {
        return BigDecimal.valueOf(share)
                .movePointRight(2)
                .round(new MathContext(3))
                .stripTrailingZeros()
                .toPlainString();
    }

    @Command(
            name = "challenge",
            mixinStandardHelpOptions = true,
            description = {
                "Tries a version, and announces that it challenges the one that answers.",
                "It scores what that one answers too, and the topic output.shadows holds both"
                        + " scores.",
                "With --share it answers a share of the entities itself; where it fails, the"
                        + " champion answers.",
            })
    int challenge(
            @Mixin PipelineArgument pipeline,
            @Mixin ModelArgument name,
            @Mixin FromOptions from,
            @Mixin TrialOptions trial,
            @Mixin ReasonOptions reason,
            @Parameters(index = "1", paramLabel = "VERSION", description = "The version.")
                    String version,
            @Option(
                            names = "--share",
                            paramLabel = "SHARE",
                            defaultValue = "0",
                            description =
                                    "The share of the entities whose events it answers, 0 to 1."
                                            + " Default: 0, a shadow.")
                    double share)
            throws InterruptedException {
        if (!(share >= 0 && share <= 1)) {
            throw CommandFailure.badInput("--share is %s; it must be 0 to 1", share);
        }
        PipelineFile file = pipeline.read();
        try (var scratch = Scratch.create("models")) {
            var promotion =
                    new Promotion(
                            file, name.of(file), trial.trial(), scratch.folder(), Actor.person());
            long nowMillis = System.currentTimeMillis();
            ModelUpdate update =
                    promotion.challenge(
                            version,
                            share,
                            nowMillis,
                            from.millis(nowMillis),
                            reason.or("challenges"));
            terminal.line(
                    "%s %s %s from event time %s on; running jobs follow",
                    terminal.green("✓"),
                    update,
                    part(update),
                    Instant.ofEpochMilli(update.fromMillis()));
            terminal.line(
                    "Both scores are in %s. To end it: ./millrace models retire %s%s",
                    file.spec().output().shadows(), pipeline.typed(), name.typed());
        }
        return ExitCode.OK;
    }

    @Command(
            name = "retire",
            mixinStandardHelpOptions = true,
            description = "Ends a challenge: the version that answers does so alone again.")
    int retire(
            @Mixin PipelineArgument pipeline,
            @Mixin ModelArgument name,
            @Mixin FromOptions from,
            @Mixin ReasonOptions reason) {
        PipelineFile file = pipeline.read();
        try (var scratch = Scratch.create("models")) {
            var promotion =
                    new Promotion(
                            file,
                            name.of(file),
                            ModelTrial.STANDARD,
                            scratch.folder(),
                            Actor.person());
            long nowMillis = System.currentTimeMillis();
            ModelUpdate update =
                    promotion.retire(
                            nowMillis, from.millis(nowMillis), reason.or("retired by hand"));
            terminal.line(
                    "%s %s challenges no longer from event time %s on",
                    terminal.green("✓"), update, Instant.ofEpochMilli(update.fromMillis()));
        }
        return ExitCode.OK;
    }

    @Command(
            name = "watch",
            mixinStandardHelpOptions = true,
            description = {
                "Watches the alias, and announces the version behind it whenever it was moved in"
                        + " the registry. Until Ctrl-C."
            })
    int watch(
            @Mixin PipelineArgument pipeline,
            @Mixin FromOptions from,
            @Mixin TrialOptions trial,
            @Option(
                            names = "--every-seconds",
                            paramLabel = "N",
                            defaultValue = "10",
                            description = "How often to look. Default: 10.")
                    int every)
            throws InterruptedException {
        PipelineFile file = pipeline.read();
        var ended = new CountDownLatch(1);
        var exitCode = new AtomicInteger();
        try (var scratch = Scratch.create("models");
                var interrupts =
                        Interrupts.call(
                                code -> {
                                    exitCode.set(code);
                                    ended.countDown();
                                })) {
            terminal.line(
                    "Watching %s@%s. Ctrl-C ends it.",
                    file.spec().model().name(), file.spec().model().alias());
            Function<String, Promotion> promotions =
                    name -> new Promotion(file, name, trial.trial(), scratch.folder(), "watch");
            Map<String, String> said = new HashMap<>();
            do {
                look(file, promotions, from, said);
            } while (!ended.await(every, TimeUnit.SECONDS));
        }
        return exitCode.get();
    }

    @Command(
            name = "guard",
            mixinStandardHelpOptions = true,
            description = {
                "Promotes, retires and rolls back versions as the pipeline's monitor.guard says, by"
                        + " what its topics tell. Until Ctrl-C.",
                "It may be stopped and started at any time, and any number may run: each decision"
                        + " is made once."
            })
    int guard(
            @Mixin PipelineArgument pipeline,
            @Mixin FromAheadOptions from,
            @Option(
                            names = "--settle-seconds",
                            paramLabel = "N",
                            defaultValue = "60",
                            description =
                                    "How long a decision must stand before it is made, since what"
                                            + " a job commits becomes visible bit by bit."
                                            + " Default: 60.")
                    int settle,
            @Option(
                            names = "--metrics-port",
                            paramLabel = "N",
                            defaultValue = "-1",
                            description =
                                    "The port that shows decisions to Prometheus. Default: none.")
                    int metricsPort,
            @Option(names = "--once", description = "End when there is nothing more to decide.")
                    boolean once)
            throws Exception {
        PipelineFile file = pipeline.read();
        var monitor = file.spec().monitor();
        var rules = monitor == null ? null : monitor.guard();
        if (monitor == null || rules == null) {
            throw CommandFailure.badInput(
                    "%s has no monitor.guard section, so there is nothing to decide by",
                    pipeline.path());
        }
        var ended = new CountDownLatch(1);
        var exitCode = new AtomicInteger();
        try (var scratch = Scratch.create("guard")) {
            Log.to(scratch.folder().resolve("millrace.log"));
            var promotion = new Promotion(file, ModelTrial.STANDARD, scratch.folder(), Guard.ACTOR);
            try (var interrupts =
                            Interrupts.call(
                                    code -> {
                                        exitCode.set(code);
                                        ended.countDown();
                                    });
                    var run =
                            new GuardRun(
                                    file,
                                    new Guard(GuardConfig.from(monitor, rules)),
                                    monitor.window().toMillis(),
                                    promotion,
                                    from.ahead(),
                                    Duration.ofSeconds(settle));
                    var metrics = metricsPort < 0 ? null : GuardMetrics.serve(metricsPort, run)) {
                terminal.line(
                        "Guarding %s@%s%s. Ctrl-C ends it.",
                        file.spec().model().name(),
                        file.spec().model().alias(),
                        rules.isDryRun() ? ", in a dry run" : "");
                guard(run, once, ended);
            }
        }
        return exitCode.get();
    }

    private void guard(GuardRun run, boolean once, CountDownLatch ended) {
        String said = "";
        while (ended.getCount() > 0) {
            try {
                ModelDecision decision = run.look(GuardRun.WAIT);
                if (decision != null) {
                    terminal.line("%s", audited(decision));
                } else if (once && !run.isWaiting()) {
                    return;
                }
                said = "";
            } catch (ModelRegistryException | BrokerException e) {
                if (once) {
                    throw e;
                }
                String problem = Sentence.of(e);
                if (!problem.equals(said)) {
                    terminal.line("%s %s", terminal.red("Not decided:"), problem);
                }
                said = problem;
            }
        }
    }

    @Command(
            name = "audit",
            mixinStandardHelpOptions = true,
            description = {
                "What was decided about the versions, in its order: by whom, why, and by which"
                        + " evidence."
            })
    int audit(@Mixin PipelineArgument pipeline) {
        List<ModelDecision> decided = ModelJournal.decided(pipeline.read().spec());
        if (decided.isEmpty()) {
            terminal.line("Nothing was decided yet.");
        }
        for (ModelDecision decision : decided) {
            terminal.line("%s", audited(decision));
            ModelDecision.Evidence evidence = decision.evidence();
            if (evidence != null) {
                evidence(evidence);
            }
        }
        return ExitCode.OK;
    }

    private void evidence(ModelDecision.Evidence evidence) {
        if (evidence.windows() > 0) {
            terminal.line(
                    "    %d windows, %s to %s, %,d labelled",
                    evidence.windows(),
                    Instant.ofEpochMilli(evidence.windowStartMillis()),
                    Instant.ofEpochMilli(evidence.windowEndMillis()),
                    evidence.labelled());
        }
        for (ModelDecision.Finding finding : evidence.findings()) {
            terminal.line("    %s", said(finding));
        }
        for (String incident : evidence.incidents()) {
            terminal.line("    incident %s", incident);
        }
    }

    private static String said(ModelDecision.Finding finding) {
        var said = new StringBuilder();
        said.append("%s %.4g".formatted(finding.measure(), finding.value()));
        if (!Double.isNaN(finding.answered())) {
            said.append(", the champion's %.4g".formatted(finding.answered()));
        }
        said.append("; limit %.4g, %,d rows".formatted(finding.limit(), finding.count()));
        if (!Double.isNaN(finding.p())) {
            said.append(", p %.3g of %.3g".formatted(finding.p(), finding.alpha()));
        }
        return said.toString();
    }

    private String audited(ModelDecision decision) {
        return "%s %s%s %s by %s: %s"
                .formatted(
                        Instant.ofEpochMilli(decision.decidedMillis()),
                        terminal.bold(
                                decision.action()
                                        .name()
                                        .toLowerCase(Locale.ROOT)
                                        .replace('_', ' ')),
                        decision.isDryRun() ? " (dry run)" : "",
                        decision,
                        decision.actor(),
                        decision.reason());
    }

    /**
     * One look at each model; what goes wrong is said once, and looked at again.
     *
     * @param said what has been said of each model
     */
    private void look(
            PipelineFile file,
            Function<String, Promotion> promotions,
            FromOptions from,
            Map<String, String> said)
            throws InterruptedException {
        ModelName naming = file.spec().model().naming();
        List<String> names = List.of(naming.toString());
        if (!naming.isOne()) {
            try {
                names = aliased(file, promotions.apply(naming.toString()).registry());
                said.remove("");
            } catch (ModelRegistryException e) {
                sayOnce("", Sentence.of(e), said);
                return;
            }
        }
        for (String name : names) {
            try {
                long nowMillis = System.currentTimeMillis();
                ModelUpdate update =
                        promotions.apply(name).follow(nowMillis, from.millis(nowMillis));
                if (update != null) {
                    say(update);
                }
                said.remove(name);
            } catch (CommandFailure | ModelRegistryException | SpecException | BrokerException e) {
                sayOnce(name, Sentence.of(e), said);
            }
        }
    }

    private static List<String> aliased(PipelineFile file, ModelRegistry registry) {
        ModelName naming = file.spec().model().naming();
        return registry.models().stream()
                .filter(naming::matches)
                .filter(name -> registry.aliases(name).containsKey(file.spec().model().alias()))
                .toList();
    }

    private void sayOnce(String name, String problem, Map<String, String> said) {
        if (!problem.equals(said.put(name, problem))) {
            terminal.line("%s %s", terminal.red("Not announced:"), problem);
        }
    }
}
