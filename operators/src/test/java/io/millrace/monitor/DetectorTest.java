package io.millrace.monitor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.monitor.Detector.Level;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds the detectors to the alarms that River raises on the same streams. */
class DetectorTest {
    private static final double DELTA = 0.1;
    private static final double LAMBDA = 10;

    private static final Map<String, Supplier<Detector>> DETECTORS =
            Map.ofEntries(
                    Map.entry("adwin_0.002", () -> new Adwin(0.002)),
                    Map.entry("adwin_0.05", () -> new Adwin(0.05)),
                    Map.entry("adwin_1e-5", () -> new Adwin(1e-5)),
                    Map.entry("page_hinkley", () -> pageHinkley(PageHinkley.Side.BOTH)),
                    Map.entry("page_hinkley_up", () -> pageHinkley(PageHinkley.Side.UP)),
                    Map.entry("page_hinkley_down", () -> pageHinkley(PageHinkley.Side.DOWN)),
                    Map.entry(
                            "page_hinkley_onesided",
                            () -> pageHinkley(PageHinkley.Side.UP_FROM_ZERO)),
                    Map.entry(
                            "page_hinkley_lambda10_delta0.1",
                            () ->
                                    new PageHinkley(
                                            new PageHinkley.Settings(
                                                    DELTA, LAMBDA, PageHinkley.Side.BOTH))),
                    Map.entry("ddm", Ddm::new),
                    Map.entry("eddm", () -> new Eddm(Eddm.Settings.DEFAULT)),
                    Map.entry("eddm_0.9_0.8", () -> new Eddm(new Eddm.Settings(0.9, 0.8))),
                    Map.entry("hddm_a", () -> new HddmA(false)),
                    Map.entry("hddm_a_two_sided", () -> new HddmA(true)),
                    Map.entry("hddm_w", () -> new HddmW(false)),
                    Map.entry("hddm_w_two_sided", () -> new HddmW(true)),
                    Map.entry("kswin_seed42", () -> new Kswin(Kswin.Settings.DEFAULT)),
                    Map.entry("kswin_1e-4_seed42", () -> new Kswin(new Kswin.Settings(1e-4, 42))));

    private static Detector pageHinkley(PageHinkley.Side side) {
        return new PageHinkley(new PageHinkley.Settings(0.005, 50, side));
    }

    /** One detector on one stream, and what it must say. */
    record Case(String stream, String detector, JsonNode expected) {
        @Override
        public String toString() {
            return detector + " on " + stream;
        }
    }

    static Stream<Case> cases() throws IOException {
        if (PublishedDrift.found().isEmpty()) {
            return Stream.empty();
        }
        JsonNode streams = new ObjectMapper().readTree(resource("expected.json"));
        List<Case> cases = new ArrayList<>();
        streams.properties()
                .forEach(
                        stream ->
                                stream.getValue()
                                        .get("detectors")
                                        .properties()
                                        .forEach(
                                                detector ->
                                                        cases.add(
                                                                new Case(
                                                                        stream.getKey(),
                                                                        detector.getKey(),
                                                                        detector.getValue()))));
        return cases.stream();
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("cases")
    void raisesTheAlarmAtTheVeryRows(Case golden) throws IOException {
        var detector = detector(golden.detector);
        var alarms = new ArrayList<Integer>();
        var warnings = new ArrayList<Integer>();
        var before = Level.STABLE;
        double[] values = values(golden.stream);
        for (int row = 0; row < values.length; row++) {
            var level = detector.update(values[row]);
            if (level == Level.ALARM) {
                alarms.add(row);
            } else if (level == Level.WARNING && before != Level.WARNING) {
                warnings.add(row);
            }
            before = level;
        }

        assertThat(alarms).isEqualTo(integers(golden.expected.get("alarms")));
        if (golden.expected.has("warning_onsets")) {
            assertThat(warnings).isEqualTo(integers(golden.expected.get("warning_onsets")));
        }
        if (detector instanceof Adwin adwin) {
            assertThat(adwin.width()).isEqualTo(golden.expected.get("final_width").asLong());
            assertThat(adwin.mean())
                    .isCloseTo(golden.expected.get("final_mean").asDouble(), within(1e-12));
        }
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("cases")
    void goesOnFromItsMemoryAsIfNothingHadHappened(Case golden) throws IOException {
        var steady = detector(golden.detector);
        var interrupted = detector(golden.detector);
        double[] values = values(golden.stream);
        for (int row = 0; row < values.length; row++) {
            if (row % 97 == 0 || row < 40) {
                double[] memory = interrupted.memory();
                interrupted = detector(golden.detector);
                interrupted.recall(memory);
            }
            assertThat(interrupted.update(values[row])).isEqualTo(steady.update(values[row]));
        }
        assertThat(interrupted.memory()).isEqualTo(steady.memory());
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("cases")
    void theMemoryReplacesWhateverWasThereBefore(Case golden) throws IOException {
        var steady = detector(golden.detector);
        var other = detector(golden.detector);
        double[] values = values(golden.stream);
        int half = values.length / 2;
        for (int row = 0; row < values.length; row++) {
            other.update(values[values.length - 1 - row]);
        }
        for (int row = 0; row < half; row++) {
            steady.update(values[row]);
        }
        other.recall(steady.memory());
        for (int row = half; row < values.length; row++) {
            assertThat(other.update(values[row])).isEqualTo(steady.update(values[row]));
        }
    }

    private static Detector detector(String name) {
        var made = DETECTORS.get(name);
        assertThat(made).as("a detector named %s", name).isNotNull();
        return made.get();
    }

    private static List<Integer> integers(JsonNode array) {
        List<Integer> integers = new ArrayList<>();
        array.forEach(element -> integers.add(element.asInt()));
        return integers;
    }

    private static double[] values(String stream) throws IOException {
        try (var lines =
                new BufferedReader(
                        new InputStreamReader(
                                new GZIPInputStream(resource(stream + ".csv.gz")), UTF_8))) {
            return lines.lines()
                    .skip(1)
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(',') + 1)))
                    .toArray();
        }
    }

    private static InputStream resource(String name) throws IOException {
        return Files.newInputStream(PublishedDrift.file("streams/" + name));
    }
}
