package io.millrace.jobs.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.jobs.pipeline.EventTimeRange;
import io.millrace.jobs.pipeline.TopicConsumer;
import io.millrace.record.Alert;
import io.millrace.source.SourceConfig;
import io.millrace.spec.OutputSpec;
import io.millrace.spec.PipelineSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What a pipeline's monitor has published of a model and a range of event time, committed records
 * only: the last revision of each report, every alert, and how many records were refused for what,
 * by whatever stage.
 *
 * <p>Reports are held as bytes until they are asked for.
 */
public final class PublishedReports {
    private static final Comparator<Window> IN_TIME =
            Comparator.comparingLong(Window::endMillis)
                    .thenComparingLong(Window::startMillis)
                    .thenComparing(Window::version)
                    .thenComparing(Window::route)
                    .thenComparing(Window::segment);

    private final OutputSpec output;
    private final String model;
    private final EventTimeRange range;
    private final ObjectMapper json = JsonMapper.builder().build();

    private final Map<Window, Revision> drift = new TreeMap<>(IN_TIME);
    private final Map<Window, Revision> quality = new TreeMap<>(IN_TIME);
    private final List<byte[]> alerts = new ArrayList<>();
    private final Map<Refusal, Refused> deadLetters = new LinkedHashMap<>();
    private long seen;
    private long unreadable;

    /**
     * What one report is about.
     *
     * @param route empty in a drift report
     * @param segment empty for all rows
     */
    record Window(long startMillis, long endMillis, String version, String route, String segment) {}

    /** The parts of a report's last revision. */
    private record Revision(int number, Map<Integer, byte[]> parts) {}

    private record Refusal(String stage, String reason) {}

    /**
     * How often a stage has refused records for a reason.
     *
     * @param detail of the last one, for people
     */
    record Refused(String stage, String reason, long records, String detail) {}

    private PublishedReports(OutputSpec output, String model, EventTimeRange range) {
        this.output = output;
        this.model = model;
        this.range = range;
    }

    /**
     * Reads the topics up to where they end now. All four must exist.
     *
     * @param model the registered model's name
     * @throws org.apache.kafka.common.KafkaException where Kafka does not answer
     */
    public static PublishedReports read(PipelineSpec spec, String model, EventTimeRange range) {
        var reports = new PublishedReports(spec.output(), model, range);
        var source =
                SourceConfig.from(spec.pipeline(), spec.kafka(), spec.events().stream(), "events");
        TopicConsumer.readAll(source, topics(spec.output()), reports::read);
        return reports;
    }

    /** The topics that are read. */
    public static List<String> topics(OutputSpec output) {
        return List.of(output.drift(), output.quality(), output.alerts(), output.deadLetters());
    }

    /** The name of the model that they are about. */
    String model() {
        return model;
    }

    /** Whether the monitor has said nothing of the range. */
    public boolean isEmpty() {
        return drift.isEmpty() && quality.isEmpty() && alerts.isEmpty();
    }

    /** How many reports and alerts of the model there are of any time. */
    public long seen() {
        return seen;
    }

    /** How many records are no JSON, or not of the published shape. They are passed over. */
    public long unreadable() {
        return unreadable;
    }

    int driftWindows() {
        return drift.size();
    }

    /** Each drift report in the order of its window, with its features in one list. */
    void forEachDrift(java.util.function.BiConsumer<Window, List<JsonNode>> each) {
        drift.forEach((window, revision) -> each.accept(window, trees(revision)));
    }

    /** Each quality report in the order of its window. */
    void forEachQuality(java.util.function.BiConsumer<Window, JsonNode> each) {
        quality.forEach((window, revision) -> each.accept(window, trees(revision).get(0)));
    }

    /** The alerts that hold, in the order of their windows. */
    List<JsonNode> alerts() {
        // An incident's alerts have one key, and so one order: the last of a window counts.
        var last = new LinkedHashMap<String, JsonNode>();
        for (byte[] bytes : alerts) {
            JsonNode alert = tree(bytes);
            last.put(alert.path("incident").asText() + alert.path("window_end").asText(), alert);
        }
        return last.values().stream()
                .filter(alert -> Alert.State.valueOf(alert.path("state").asText()).holds())
                .sorted(Comparator.comparing(alert -> alert.path("window_end").asText()))
                .toList();
    }

    /** Why records were refused, the most frequent first. */
    List<Refused> deadLetters() {
        return deadLetters.values().stream()
                .sorted(Comparator.comparingLong(Refused::records).reversed())
                .toList();
    }

    private void read(ConsumerRecord<byte[], byte[]> record) {
        try {
            JsonNode tree = json.readTree(record.value());
            if (record.topic().equals(output.deadLetters())) {
                refused(tree);
            } else {
                published(record, tree);
            }
        } catch (IOException | DateTimeException | IllegalArgumentException e) {
            unreadable++;
        }
    }

    private void published(ConsumerRecord<byte[], byte[]> record, JsonNode tree) {
        if (!tree.path("model_name").asText().equals(model)) {
            return;
        }
        var window =
                new Window(
                        millis(tree, "window_start"),
                        millis(tree, "window_end"),
                        tree.path("model_version").asText(),
                        tree.path("route").asText(),
                        tree.path("segment").asText());
        seen++;
        if (!range.touches(window.startMillis(), window.endMillis())) {
            return;
        }
        if (record.topic().equals(output.alerts())) {
            alerts.add(record.value());
            return;
        }
        Map<Window, Revision> kind = record.topic().equals(output.drift()) ? drift : quality;
        int number = tree.path("revision").asInt();
        Revision held = kind.get(window);
        if (held == null || number > held.number()) {
            held = new Revision(number, new TreeMap<>());
            kind.put(window, held);
        }
        if (number == held.number()) {
            held.parts().put(tree.path("part").asInt(), record.value());
        }
    }

    private void refused(JsonNode letter) {
        if (!range.holds(millis(letter, "source_time"))) {
            return;
        }
        var refusal = new Refusal(letter.path("stage").asText(), letter.path("reason").asText());
        Refused before = deadLetters.get(refusal);
        deadLetters.put(
                refusal,
                new Refused(
                        refusal.stage(),
                        refusal.reason(),
                        before == null ? 1 : before.records() + 1,
                        letter.path("detail").asText()));
    }

    private static long millis(JsonNode tree, String name) {
        return Instant.parse(tree.path(name).asText()).toEpochMilli();
    }

    private List<JsonNode> trees(Revision revision) {
        return revision.parts().values().stream().map(this::tree).toList();
    }

    private JsonNode tree(byte[] bytes) {
        try {
            return json.readTree(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("it was read before", e);
        }
    }
}
