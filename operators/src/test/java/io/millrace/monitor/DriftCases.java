package io.millrace.monitor;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** Pairs of samples with the distances that they must have. */
final class DriftCases {
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * @param kind {@code numeric} or {@code categorical}
     * @param expected what it must come to
     */
    record Case(String kind, String name, JsonNode expected) {

        List<@Nullable String> reference() {
            return sample("ref");
        }

        List<@Nullable String> current() {
            return sample("cur");
        }

        private List<@Nullable String> sample(String file) {
            var values = new ArrayList<@Nullable String>();
            lines(Path.of(kind, name, file + ".csv.gz")).stream()
                    .skip(1)
                    .forEach(line -> values.add(cell(line.substring(line.indexOf(',') + 1))));
            return values;
        }

        /** Nothing is null, and two quotes are the empty text. */
        private static @Nullable String cell(String written) {
            if (written.isEmpty()) {
                return null;
            }
            return written.startsWith("\"")
                    ? written.substring(1, written.length() - 1).replace("\"\"", "\"")
                    : written;
        }

        /** The numbers of a sample; a null is NaN. */
        static double[] numbers(List<@Nullable String> sample) {
            return sample.stream()
                    .mapToDouble(cell -> cell == null ? Double.NaN : Double.parseDouble(cell))
                    .toArray();
        }

        /** How often each category is there. */
        static Map<String, Long> categories(List<@Nullable String> sample) {
            var counts = new TreeMap<String, Long>();
            for (String cell : sample) {
                if (cell != null) {
                    counts.merge(cell, 1L, Long::sum);
                }
            }
            return counts;
        }

        double number(String... path) {
            JsonNode node = expected;
            for (String step : path) {
                node = node.path(step);
            }
            return node.isTextual() ? Double.parseDouble(node.textValue()) : node.doubleValue();
        }

        @Override
        public String toString() {
            return kind + "/" + name;
        }
    }

    private DriftCases() {}

    /** The cases of a kind; none where the data is not at hand. */
    static Stream<Case> of(String kind) {
        if (PublishedDrift.found().isEmpty()) {
            return Stream.empty();
        }
        var cases = new ArrayList<Case>();
        read(Path.of(kind, "expected.json"))
                .properties()
                .forEach(entry -> cases.add(new Case(kind, entry.getKey(), entry.getValue())));
        return cases.stream();
    }

    static JsonNode read(Path file) {
        try {
            return JSON.readTree(Files.readAllBytes(PublishedDrift.file(file.toString())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<String> lines(Path file) {
        try (var reader =
                new BufferedReader(
                        new InputStreamReader(
                                new GZIPInputStream(
                                        Files.newInputStream(PublishedDrift.file(file.toString()))),
                                UTF_8))) {
            return reader.lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
