package io.millrace.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.millrace.registry.RegistryAddress;
import io.millrace.spec.FeaturesSpec.Aggregate;
import io.millrace.spec.FeaturesSpec.ElementSpec;
import io.millrace.spec.FeaturesSpec.ExpressionSpec;
import io.millrace.spec.FeaturesSpec.FeatureSpec;
import io.millrace.spec.FeaturesSpec.From;
import io.millrace.spec.FeaturesSpec.Order;
import io.millrace.spec.FeaturesSpec.WindowSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpecParserTest {

    private static final Path CASES = Path.of("src/test/resources/spec");

    private static ParsedSpec parse(String text) {
        return SpecParser.parse(ReferencePipeline.FILE, text, name -> null);
    }

    static Stream<Path> cases() throws IOException {
        try (Stream<Path> files = Files.list(CASES)) {
            return files
                    .filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    /** Run with {@code -Dmillrace.update=true} to write the expected messages anew. */
    @ParameterizedTest
    @MethodSource("cases")
    void aMistakenFileReadsAsItsGoldenReport(Path file) throws IOException {
        String text = Files.readString(file);
        Path golden = Path.of(file.toString().replace(".yaml", ".txt"));
        assertThatExceptionOfType(SpecException.class)
                .isThrownBy(() -> SpecParser.parse(file, text, Map.of("SET", "set")::get))
                .satisfies(e -> Golden.assertSame(golden, e.getMessage() + "\n"));
    }

    @Test
    void theReferencePipelineIsSound() {
        PipelineSpec spec = parse(ReferencePipeline.text()).spec();
        assertThat(spec.pipeline()).isEqualTo("card-fraud");
        assertThat(spec.kafka().bootstrapServers()).isEqualTo("localhost:9092");
        assertThat(spec.events().stream().columns()).hasSize(5);
        assertThat(spec.events().allowedLateness()).isZero();
        assertThat(spec.events().stream().expectations())
                .extracting(ExpectationSpec::name)
                .containsExactly("amount > 0", "amount is plausible");
        assertThat(spec.features().order()).isEqualTo(Order.EVENT_TIME);
        assertThat(spec.features().vector())
                .hasSize(15)
                .startsWith(new ExpressionSpec("TX_AMOUNT", "amount"))
                .endsWith(
                        new WindowSpec(
                                "TERMINAL_ID_RISK_30DAY_WINDOW",
                                "terminal",
                                From.LABELS,
                                Aggregate.AVG,
                                "fraud",
                                Duration.ofDays(30),
                                Duration.ZERO,
                                0));
        assertThat(spec.model().registry())
                .isEqualTo(
                        RegistryAddress.directory(
                                ReferencePipeline.FILE
                                        .resolveSibling("models")
                                        .toAbsolutePath()
                                        .normalize()));
    }

    @Test
    void aRegistryMayBeAnMlflowServer() throws IOException {
        String text = Files.readString(CASES.resolve("smallest.yml"));
        assertThat(text).contains("registry: models");

        ParsedSpec parsed =
                parse(
                        text.replace(
                                "registry: models",
                                "registry: mlflow+https://mlflow.example.com:5000,"
                                        + " credentials: /etc/millrace/mlflow,"
                                        + " signed-by: /etc/millrace/model.pub"));

        assertThat(parsed.spec().model().registry())
                .isEqualTo(
                        new RegistryAddress(
                                "mlflow+https://mlflow.example.com:5000",
                                "/etc/millrace/mlflow",
                                "/etc/millrace/model.pub"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mlflow+https://user:secret@mlflow.example.com",
                "mlflow+https://mlflow.example.com?token=secret",
                "mlflow+ftp://secret",
                "mlflow+https://"
            })
    void anAddressThatIsNoneIsRefusedAndNotRepeated(String address) throws IOException {
        String text = Files.readString(CASES.resolve("smallest.yml"));

        assertThatExceptionOfType(SpecException.class)
                .isThrownBy(() -> parse(text.replace("registry: models", "registry: " + address)))
                .satisfies(
                        e ->
                                assertThat(e.problems())
                                        .singleElement()
                                        .extracting(Problem::sentence)
                                        .asString()
                                        .contains("it must be a path, or mlflow+https://host")
                                        .doesNotContain("secret"));
    }

    @Test
    void whatIsLeftOutHasItsDefault() throws IOException {
        PipelineSpec spec = parse(Files.readString(CASES.resolve("smallest.yml"))).spec();
        StreamSpec stream = spec.events().stream();
        assertThat(stream.outOfOrderness()).isEqualTo(Duration.ofSeconds(10));
        assertThat(stream.idleness()).isEqualTo(Duration.ofSeconds(30));
        assertThat(stream.maxAhead()).isEqualTo(Duration.ofHours(1));
        assertThat(spec.events().allowedLateness()).isEqualTo(Duration.ofHours(1));
        assertThat(spec.events().deduplicate()).isNull();
        assertThat(spec.labels()).isNull();
        assertThat(spec.features().order()).isEqualTo(Order.ARRIVAL);
        assertThat(spec.model().alias()).isEqualTo("champion");
        assertThat(spec.model().batch()).isEqualTo(BatchSpec.tuned(Duration.ofMillis(20)));
        assertThat(spec.model().run()).isEqualTo(ModelSpec.Run.AUTO);
        assertThat(spec.output())
                .isEqualTo(
                        new OutputSpec(
                                "tiny.scores",
                                "tiny.dead-letters",
                                "tiny.duplicates",
                                "tiny.models",
                                "tiny.shadows",
                                "tiny.drift",
                                "tiny.quality",
                                "tiny.alerts",
                                "tiny.retrain",
                                "tiny.audit",
                                true,
                                OutputSpec.Guarantee.EXACTLY_ONCE,
                                Duration.ofMinutes(15)));
        assertThat(spec.checkpoint())
                .isEqualTo(new CheckpointSpec(Duration.ofSeconds(10), Duration.ofMinutes(1)));
    }

    @Test
    void anExpressionMayNameFeaturesAndOneThatIsInternalIsNotInTheVector() {
        String text =
                ReferencePipeline.text()
                        .replaceFirst(
                                "(?m)^  vector:$",
                                """
                                  vector:
                                    - {name: amount, expression: amount * 2.0, internal: true}
                                    - {name: TWICE, expression: amount * 2.0}
                                    - {name: MORE, expression: TWICE > 10.0 && amount > 3.0}
                                    - {name: AGAIN, expression: MORE}
                                """
                                        .stripTrailing());
        var parsed = parse(text);
        var features = parsed.spec().features();
        assertThat(features.features().subList(0, 4))
                .containsExactly(
                        new ExpressionSpec("amount", "amount * 2.0", List.of(), true),
                        new ExpressionSpec("TWICE", "amount * 2.0"),
                        new ExpressionSpec(
                                "MORE", "TWICE > 10.0 && amount > 3.0", List.of("TWICE"), false),
                        new ExpressionSpec("AGAIN", "MORE", List.of("MORE"), false));
        assertThat(features.vector()).hasSize(18).doesNotContain(features.features().get(0));
        var names = features.vector().stream().map(FeaturesSpec.FeatureSpec::name).skip(1).toList();
        assertThat(FeatureOrder.compare(parsed, names))
                .extracting(Problem::path)
                .containsExactly("features.vector[1].name");
    }

    @Test
    void eachElementOfAColumnIsAFeature() throws IOException {
        String text =
                Files.readString(CASES.resolve("smallest.yml"))
                        .replace("  columns: {", "  columns: {pixels: ARRAY<FLOAT>, ");
        assertThat(text).contains("pixels");
        var parsed =
                parse(
                        text.replaceFirst(
                                "(?m)^  vector:$",
                                "  vector:\n    - {name: pixel, elements: pixels, count: 3}"));

        var features = parsed.spec().features().vector();

        assertThat(features.subList(0, 3))
                .containsExactly(
                        new ElementSpec("pixel_0", "pixels", 0, 3, false),
                        new ElementSpec("pixel_1", "pixels", 1, 3, false),
                        new ElementSpec("pixel_2", "pixels", 2, 3, false));
        var names = new ArrayList<>(features.stream().map(FeatureSpec::name).toList());
        names.set(3, "other");
        assertThat(FeatureOrder.compare(parsed, names))
                .extracting(Problem::path)
                .containsExactly("features.vector[1].name", "features.vector");
    }

    @Test
    void whatIsNotListedIsOneSegment() throws IOException {
        String smallest = Files.readString(Path.of("src/test/resources/spec/smallest.yml"));
        MonitorSpec monitor =
                parse(smallest + "monitor: {segment: id, segments: [7, 8]}\n").spec().monitor();
        var segment = new SegmentSpec("id", Set.of("7", "8"));
        assertThat(monitor).extracting(MonitorSpec::segment).isEqualTo(segment);
        assertThat(segment.of("7")).isEqualTo("7");
        assertThat(segment.of("9")).isEqualTo("other");
        assertThat(segment.of("")).isEmpty();
        assertThat(new SegmentSpec("id", Set.of()).of("9")).isEqualTo("9");
        assertThatExceptionOfType(SpecException.class)
                .isThrownBy(() -> parse(smallest + "monitor: {segments: [7]}\n"))
                .withMessageContaining(
                        "monitor.segments are values of monitor.segment, which is missing");
    }

    @Test
    void nothingIsMonitoredWhereTheSectionIsLeftOut() throws IOException {
        String smallest = Files.readString(Path.of("src/test/resources/spec/smallest.yml"));
        assertThat(parse(smallest).spec().monitor()).isNull();
        assertThat(parse(smallest + "monitor: {}\n").spec().monitor())
                .isEqualTo(
                        new MonitorSpec(
                                Duration.ofHours(1),
                                Duration.ofHours(1),
                                null,
                                0,
                                null,
                                List.of(),
                                false,
                                new MonitorSpec.AlertSpec(
                                        200,
                                        0.01,
                                        0.06,
                                        0.05,
                                        0.01,
                                        0.02,
                                        2,
                                        3,
                                        Duration.ofDays(1)),
                                List.of(),
                                new MonitorSpec.QualitySpec(
                                        Duration.ofDays(7), Double.NaN, Double.NaN, 100, List.of()),
                                null,
                                null));
    }

    @Test
    void scoresMayBeWatchedRowByRowWithoutLabels() throws IOException {
        String smallest = Files.readString(Path.of("src/test/resources/spec/smallest.yml"));
        var monitor =
                parse(smallest + "monitor: {score-detectors: [adwin, page-hinkley]}\n")
                        .spec()
                        .monitor();
        assertThat(monitor).isNotNull();
        assertThat(monitor.scoreDetectors())
                .containsExactly(
                        MonitorSpec.NumberDetector.ADWIN, MonitorSpec.NumberDetector.PAGE_HINKLEY);
        assertThatExceptionOfType(SpecException.class)
                .isThrownBy(() -> parse(smallest + "monitor: {score-detectors: [ddm]}\n"))
                .withMessageContaining("it must be one of adwin, page-hinkley, kswin");
        assertThatExceptionOfType(SpecException.class)
                .isThrownBy(() -> parse(smallest + "monitor: {score-detectors: [adwin, adwin]}\n"))
                .withMessageContaining("is adwin, as before; it must be another detector");
    }

    @Test
    void aMonitorMayWatchFeaturesTogether() throws IOException {
        String smallest = Files.readString(Path.of("src/test/resources/spec/smallest.yml"));
        var monitor = parse(smallest + "monitor: {reconstruction: true}\n").spec().monitor();
        assertThat(monitor).isNotNull();
        assertThat(monitor.reconstruction()).isTrue();
    }

    @Test
    void aMonitorMayCountWhatWrongDecisionsCost() {
        String section =
                """
                monitor:
                  labels: {horizon: 14 d}
                  cost: {false-positive: 5, false-negative: 120.5}
                  top-k: 50
                  detectors: [adwin, page-hinkley, hddm-w]
                """;
        String text = ReferencePipeline.text().replaceFirst("(?m)^monitor:\\n(  .*\\n)+", section);
        var monitor = parse(text).spec().monitor();
        assertThat(monitor).isNotNull();
        assertThat(monitor.quality())
                .isEqualTo(
                        new MonitorSpec.QualitySpec(
                                Duration.ofDays(14),
                                5,
                                120.5,
                                50,
                                List.of(
                                        MonitorSpec.Detector.ADWIN,
                                        MonitorSpec.Detector.PAGE_HINKLEY,
                                        MonitorSpec.Detector.HDDM_W)));
    }

    @Test
    void anIncidentMayAskForANewModel() {
        assertThat(retrain("monitor:\n  detectors: [adwin]\n  retrain: {}\n"))
                .isEqualTo(
                        new RetrainSpec(
                                RetrainSpec.Severity.WARNING,
                                List.of(RetrainSpec.Source.values()),
                                Duration.ZERO,
                                0.2,
                                Duration.ofDays(7)));
        String section =
                """
                monitor:
                  retrain: {severity: critical, sources: [quality, drift], history: 30 d, hold-out: 0, cooldown: 0 s}
                """;
        assertThat(retrain(section))
                .isEqualTo(
                        new RetrainSpec(
                                RetrainSpec.Severity.CRITICAL,
                                List.of(RetrainSpec.Source.QUALITY, RetrainSpec.Source.DRIFT),
                                Duration.ofDays(30),
                                0,
                                Duration.ZERO));
    }

    private static @Nullable RetrainSpec retrain(String section) {
        String text = ReferencePipeline.text().replaceFirst("(?m)^monitor:\\n(  .*\\n)+", section);
        var monitor = parse(text).spec().monitor();
        assertThat(monitor).isNotNull();
        return monitor.retrain();
    }

    @Test
    void aGuardSaysWhatMayBeDecidedWithoutAPerson() {
        String section =
                """
                monitor:
                  cost: {false-positive: 5, false-negative: 120.5}
                  guard: {by: cost}
                """;
        assertThat(guard(section))
                .isEqualTo(
                        new GuardSpec(
                                GuardSpec.Loss.COST,
                                0.05,
                                0.01,
                                1_000,
                                3,
                                null,
                                false,
                                false,
                                GuardSpec.Incident.CRITICAL,
                                1,
                                1,
                                1,
                                null,
                                Duration.ofDays(1),
                                1,
                                false));
        assertThat(
                        guard(
                                """
                                monitor:
                                  guard:
                                    by: log-loss
                                    alpha: 0.01
                                    effect: 0.05
                                    min-labelled: 500
                                    windows: 2
                                    within: 30 d
                                    promote: true
                                    retire: true
                                    incident: never
                                    most-other-decisions: 0.1
                                    most-ranking-lost: 0.02
                                    most-missed: 0.05
                                    rollback: {within: 3 d, accuracy: 0.9, recall: 0.5}
                                    cooldown: 0 s
                                    promotions-per-day: 2
                                    dry-run: true
                                """))
                .isEqualTo(
                        new GuardSpec(
                                GuardSpec.Loss.LOG_LOSS,
                                0.01,
                                0.05,
                                500,
                                2,
                                Duration.ofDays(30),
                                true,
                                true,
                                GuardSpec.Incident.NEVER,
                                0.1,
                                0.02,
                                0.05,
                                new GuardSpec.RollbackSpec(Duration.ofDays(3), 0.9, 0, 0.5),
                                Duration.ZERO,
                                2,
                                true));
    }

    private static @Nullable GuardSpec guard(String section) {
        String text = ReferencePipeline.text().replaceFirst("(?m)^monitor:\\n(  .*\\n)+", section);
        var monitor = parse(text).spec().monitor();
        assertThat(monitor).isNotNull();
        return monitor.guard();
    }

    @Test
    void whatAGuardCannotMeanIsReportedWithItsLine() {
        String section =
                """
                monitor:
                  guard:
                    by: cost
                    alpha: 1
                    effect: 0
                    min-labelled: 50
                    within: 30 d
                    most-missed: 0
                    most-ranking-lost: 1.5
                    rollback: {accuracy: 2}
                """;
        assertThatExceptionOfType(SpecException.class)
                .isThrownBy(() -> guard(section))
                .satisfies(
                        e ->
                                assertThat(e.problems())
                                        .extracting(Problem::sentence)
                                        .containsExactlyInAnyOrder(
                                                "monitor.guard.by is cost, and nothing says what"
                                                        + " that is; there must be a monitor.cost",
                                                "monitor.guard.alpha is 1.0; it must be between 0"
                                                        + " and 1",
                                                "monitor.guard.effect is 0.0; it must be between 0"
                                                        + " and 1",
                                                "monitor.guard.min-labelled is `50`; it must be a"
                                                        + " whole number from 100 to 1000000000",
                                                "monitor.guard.within is when a challenger is"
                                                        + " retired; `retire` must then be true",
                                                "monitor.guard.most-missed is 0.0; it must be more"
                                                        + " than 0 and at most 1",
                                                "monitor.guard.most-ranking-lost is 1.5; it must be"
                                                        + " more than 0 and at most 1",
                                                "monitor.guard.rollback.within is missing; it must"
                                                    + " give how long a version is watched, in"
                                                    + " event time, from the first event that it"
                                                    + " answers",
                                                "monitor.guard.rollback.accuracy is 2.0; it must be"
                                                        + " between 0 and 1"));
    }

    @Test
    void aGuardNeedsLabels() throws IOException {
        String smallest = Files.readString(Path.of("src/test/resources/spec/smallest.yml"));
        assertThatExceptionOfType(SpecException.class)
                .isThrownBy(() -> parse(smallest + "monitor: {guard: {by: errors}}\n"))
                .withMessageContaining(
                        "monitor.guard is for labels, and the pipeline has none; it must have a"
                                + " section labels");
    }

    @Test
    void aMonitorMaySlideAndTellSensorsApart() throws IOException {
        String section =
                """
                monitor: {window: 1 h, slide: 15 min, segment: sensor, categorical: [VALUE]}
                """;
        var monitor =
                parse(Files.readString(Path.of("src/test/resources/spec/smallest.yml")) + section)
                        .spec()
                        .monitor();
        assertThat(monitor).isNotNull();
        assertThat(monitor.slide()).isEqualTo(Duration.ofMinutes(15));
        assertThat(monitor.segment()).isEqualTo(new SegmentSpec("sensor", Set.of()));
        assertThat(monitor.categorical()).containsExactly("VALUE");
    }

    @Test
    void aReferenceMayRoll() throws IOException {
        String smallest = Files.readString(Path.of("src/test/resources/spec/smallest.yml"));
        // No late row changes it: by default an event may be late by an hour.
        assertThat(
                        rolling(
                                smallest
                                        + "monitor: {slide: 25 min, window: 50 min, rolling:"
                                        + " {range: 25 h}}"))
                .isEqualTo(
                        new MonitorSpec.RollingSpec(Duration.ofHours(25), Duration.ofMinutes(75)));
        assertThat(rolling(smallest + "monitor: {window: 1 d, rolling: {range: 28 d, gap: 7 d}}"))
                .isEqualTo(new MonitorSpec.RollingSpec(Duration.ofDays(28), Duration.ofDays(7)));
        assertThat(rolling(smallest + "monitor: {}")).isNull();
        assertThatExceptionOfType(SpecException.class)
                .isThrownBy(
                        () -> rolling(smallest + "monitor: {rolling: {range: 90 min, gap: 0 s}}"))
                .satisfies(e -> assertThat(e.problems()).hasSize(2))
                .withMessageContaining(
                        "monitor.rolling.range is 90 min; it must be a multiple of 1 h, from the"
                                + " start of one window to the next")
                .withMessageContaining(
                        "monitor.rolling.gap is 0 s; it must be at least events.allowed-lateness,"
                                + " 1 h: no late row may change what a window has been compared"
                                + " with");
        assertThatExceptionOfType(SpecException.class)
                .isThrownBy(
                        () ->
                                rolling(
                                        smallest
                                                + "monitor: {window: 1 min, rolling: {range: 60"
                                                + " d}}"))
                .withMessageContaining(
                        "monitor.rolling.range is 60 d: the counts of 86,461 slides would be kept;"
                                + " of 1 features there must be at most 50,000");
        assertThatExceptionOfType(SpecException.class)
                .isThrownBy(() -> rolling(smallest + "monitor: {rolling: {gap: 1 h}}"))
                .satisfies(e -> assertThat(e.problems()).hasSize(1))
                .withMessageContaining("monitor.rolling");
    }

    @Test
    void aProfileMayBeLearned() throws IOException {
        String smallest = Files.readString(Path.of("src/test/resources/spec/smallest.yml"));
        assertThat(parse(smallest + "monitor: {learn-rows: 20000}\n").spec().monitor())
                .extracting(MonitorSpec::learnRows)
                .isEqualTo(20_000);
        String features =
                IntStream.range(0, 8)
                        .mapToObj("  - {name: F%d, expression: value}\n"::formatted)
                        .collect(Collectors.joining());
        String wide =
                smallest.replaceFirst(
                        "(?m)^( *)- \\{name: VALUE.*$",
                        "$0\n" + features.indent(2).stripTrailing());
        assertThatExceptionOfType(SpecException.class)
                .isThrownBy(() -> parse(wide + "monitor: {learn-rows: 500000}\n"))
                .withMessageContaining(
                        "monitor.learn-rows is 500,000; of 9 features it must be at most 117,323,"
                                + " since all of them are kept until then");
        assertThatExceptionOfType(SpecException.class)
                .isThrownBy(() -> parse(smallest + "monitor: {learn-rows: 10}\n"))
                .withMessageContaining("monitor.learn-rows");
    }

    private static MonitorSpec.@Nullable RollingSpec rolling(String text) {
        return Objects.requireNonNull(parse(text + "\n").spec().monitor()).rolling();
    }

    @Test
    void anEntityIsAColumnOrSeveral() {
        String text =
                ReferencePipeline.text()
                        .replaceFirst(
                                "(?m)^entities:$", "entities:\n  pair: [customer_id, terminal_id]");
        assertThat(parse(text).spec().entities().columns())
                .containsEntry("pair", List.of("customer_id", "terminal_id"))
                .containsEntry("customer", List.of("customer_id"));
    }

    @Test
    void aVariableIsFilledInWithoutBecomingYaml() {
        String servers = "a:1\nevents: {}";
        assertThatExceptionOfType(SpecException.class)
                .isThrownBy(
                        () ->
                                SpecParser.parse(
                                        ReferencePipeline.FILE,
                                        ReferencePipeline.text(),
                                        name -> servers))
                .satisfies(e -> assertThat(e.problems()).hasSize(1))
                .withMessageContaining("kafka.bootstrap-servers");
    }

    @Test
    void aVariableMayBeANumber() {
        String text = ReferencePipeline.text().replace("rows: 64", "rows: ${ROWS}");
        PipelineSpec spec =
                SpecParser.parse(ReferencePipeline.FILE, text, Map.of("ROWS", "7")::get).spec();
        assertThat(spec.model().batch().rows()).isEqualTo(7);
    }

    @Test
    void aModelMayBeChosenByColumns() {
        String text = ReferencePipeline.text();
        String named =
                text.replaceFirst("(?m)^monitor:\\n(  .*\\n)+", "")
                        .replace("name: card-fraud\n", "name: fraud-${terminal_id}-${SET:-set}\n");
        ModelSpec model = parse(named).spec().model();
        assertThat(model.name()).isEqualTo("fraud-${terminal_id}-set");
        assertThat(model.memoryBytes()).isEqualTo(1L << 30);
        assertThat(model.naming().columns()).containsExactly("terminal_id");
        assertThat(model.naming().with(List.of("12"))).isEqualTo("fraud-12-set");
        assertThat(model.naming().matches("fraud-12-set")).isTrue();
        assertThat(model.naming().matches("fraud--set")).isFalse();
        assertThat(model.naming().matches("my-fraud-12-set")).isFalse();
        assertThat(parse(text).spec().model().naming().isOne()).isTrue();
        assertThat(parse(text).spec().model().memoryBytes()).isZero();
    }

    @Test
    void aBatchWithoutRowsIsTuned() {
        String rows = "    rows: 64\n    wait: 2 ms\n";
        assertThat(ReferencePipeline.text()).contains(rows);
        String text = ReferencePipeline.text().replace(rows, "    latency: 50 ms\n");
        assertThat(parse(text).spec().model().batch())
                .isEqualTo(BatchSpec.tuned(Duration.ofMillis(50)));
    }

    @Test
    void aFallbackIsAVersionAScoreOrBoth() {
        String text =
                ReferencePipeline.text()
                        .replace("  run: auto\n", "  fallback: {previous: true, score: 0.25}\n");
        assertThat(parse(text).spec().model().fallback()).isEqualTo(new FallbackSpec(true, 0.25));
        assertThat(parse(ReferencePipeline.text()).spec().model().fallback().isNone()).isTrue();
    }

    @Test
    void whatABatchCannotMeanIsReported() {
        assertThatExceptionOfType(SpecException.class)
                .isThrownBy(() -> parse(ReferencePipeline.text().replace("    rows: 64\n", "")))
                .withMessageContaining(
                        "model.batch.wait is given without rows; it must be beside them, or be left"
                                + " out where batches are tuned");
        assertThatExceptionOfType(SpecException.class)
                .isThrownBy(
                        () ->
                                parse(
                                        ReferencePipeline.text()
                                                .replace("wait: 2 ms", "latency: 2 ms")))
                .withMessageContaining(
                        "model.batch.latency is given beside rows; without rows, batches are tuned"
                                + " to it");
    }

    @Test
    void aLaterCheckFindsTheLineOfAKey() {
        Locations locations = parse(ReferencePipeline.text()).locations();
        assertThat(ReferencePipeline.text().lines().toList())
                .element(locations.of("model.registry").line() - 1)
                .isEqualTo("  registry: models");
        assertThat(locations.of("model.registry.nothing"))
                .isEqualTo(locations.of("model.registry"));
    }

    @Test
    void aBillionLaughsEndEarly() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 12; i++) {
            bomb.append("a%d: &a%d [".formatted(i, i));
            bomb.append(String.join(", ", java.util.Collections.nCopies(10, "*a" + (i - 1))));
            bomb.append("]\n");
        }
        assertThatExceptionOfType(SpecException.class)
                .isThrownBy(() -> parse(bomb.toString()))
                .withMessageContaining("aliases");
    }

    @Test
    void aTowerOfBracketsIsRefused() {
        assertThatExceptionOfType(SpecException.class)
                .isThrownBy(() -> parse("pipeline: " + "[".repeat(200_000)));
        assertThatExceptionOfType(SpecException.class)
                .isThrownBy(() -> parse("pipeline: " + "[".repeat(40) + "]".repeat(40)))
                .withMessageContaining("nests deeper than 32 levels");
    }

    @Test
    void aLoopOfAliasesIsRefused() {
        assertThatExceptionOfType(SpecException.class).isThrownBy(() -> parse("a: &a [*a]"));
    }

    @Test
    void theModelsOrderIsComparedAtTheFeaturesLines() {
        ParsedSpec parsed = parse(ReferencePipeline.text());
        List<String> names =
                parsed.spec().features().vector().stream()
                        .map(FeaturesSpec.FeatureSpec::name)
                        .toList();
        assertThat(FeatureOrder.compare(parsed, names)).isEmpty();

        List<String> moved = new java.util.ArrayList<>(names);
        moved.add(2, moved.remove(0));
        assertThat(FeatureOrder.compare(parsed, moved))
                .extracting(Problem::sentence)
                .containsExactly(
                        "features.vector[0].name is TX_AMOUNT; in the model's order it must be"
                                + " feature 3 of 15");

        List<String> renamed = new java.util.ArrayList<>(names);
        renamed.set(0, "TX_AMOUNTS");
        assertThat(FeatureOrder.compare(parsed, renamed))
                .extracting(Problem::sentence)
                .containsExactly(
                        "features.vector[0].name is TX_AMOUNT, which is not a feature of the model;"
                                + " did you mean TX_AMOUNTS?",
                        "features.vector lacks TX_AMOUNTS, the model's feature 1 of 15");
    }
}
