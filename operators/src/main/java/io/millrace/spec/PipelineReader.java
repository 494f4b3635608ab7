package io.millrace.spec;

import io.millrace.registry.RegistryAddress;
import io.millrace.spec.EventsSpec.DeduplicateSpec;
import io.millrace.spec.FeaturesSpec.From;
import io.millrace.spec.FeaturesSpec.Order;
import io.millrace.spec.OutputSpec.Guarantee;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes a pipeline of well-formed sections, and checks each value against the others. What is
 * missing or malformed has been reported before; it is then read as something harmless, and nothing
 * that depends on it is reported again.
 */
final class PipelineReader {

    private static final int TIMEOUTS_IN_A_TRANSACTION = 10;

    private final Section pipeline;
    private final Path directory;
    private final Reading reading;
    private final Columns eventColumns;
    private final Columns labelColumns;

    PipelineReader(Section pipeline, Path directory, Reading reading) {
        this.pipeline = pipeline;
        this.directory = directory;
        this.reading = reading;
        this.eventColumns = Columns.read(pipeline.section("events"), reading);
        this.labelColumns = Columns.read(pipeline.section("labels"), reading);
    }

    PipelineSpec read() {
        CheckpointSpec checkpoint = checkpoint();
        EntitiesSpec entities = entities();
        FeaturesSpec features = features(entities);
        PipelineSpec spec =
                new PipelineSpec(
                        pipeline.text("pipeline"),
                        kafka(),
                        events(),
                        labels(),
                        entities,
                        features,
                        model(),
                        decision(),
                        monitor(features),
                        output(checkpoint),
                        checkpoint);
        checkTopics();
        return spec;
    }

    private KafkaSpec kafka() {
        Section kafka = pipeline.section("kafka");
        return new KafkaSpec(kafka.text("bootstrap-servers"), options(kafka, "properties"));
    }

    static Map<String, String> options(Section section, String key) {
        return section.get(key, MapShape.Entries.class, MapShape.Entries.NONE).texts();
    }

    private EventsSpec events() {
        Section events = pipeline.section("events");
        StreamSpec stream = new StreamReader(events, eventColumns, reading).read();
        Located<Duration> lateness = events.locate("allowed-lateness", Duration.class);
        if (order() == Order.EVENT_TIME && lateness != null) {
            reading.problem(
                    lateness,
                    "is for arrival order, and features.order is event-time; leave it out");
        }
        return new EventsSpec(stream, allowedLateness(), deduplicate(events, stream));
    }

    private Duration allowedLateness() {
        return order() == Order.EVENT_TIME
                ? Duration.ZERO
                : pipeline.section("events").duration("allowed-lateness");
    }

    private @Nullable DeduplicateSpec deduplicate(Section events, StreamSpec stream) {
        Section deduplicate = events.get("deduplicate", Section.class);
        if (deduplicate == null) {
            return null;
        }
        Located<String> partitionBy = deduplicate.locate("partition-by", String.class);
        if (partitionBy != null) {
            eventColumns.checkKey(partitionBy, "what work is spread by", reading);
        }
        return new DeduplicateSpec(
                deduplicate.duration("within"),
                partitionBy == null ? stream.id() : partitionBy.value());
    }

    private @Nullable LabelsSpec labels() {
        Section labels = pipeline.get("labels", Section.class);
        if (labels == null) {
            return null;
        }
        Located<String> value = labels.locate("value", String.class);
        if (value != null) {
            labelColumns.checkNumeric(value, "a label", reading);
        }
        return new LabelsSpec(
                new StreamReader(labels, labelColumns, reading).read(), labels.text("value"));
    }

    private EntitiesSpec entities() {
        Map<String, List<String>> columns = new LinkedHashMap<>();
        pipeline.get("entities", MapShape.Entries.class, MapShape.Entries.NONE)
                .lists()
                .forEach((entity, items) -> columns.put(entity, entityColumns(items.value())));
        return new EntitiesSpec(columns);
    }

    private List<String> entityColumns(ListShape.Items items) {
        List<String> names = new ArrayList<>();
        for (Located<Object> item : items.items()) {
            Located<String> column = item.as(String.class);
            eventColumns.checkKey(column, "an entity", reading);
            if (names.contains(column.value())) {
                reading.problem(
                        column,
                        "is %s, as before; it must be another column".formatted(column.value()));
            } else {
                names.add(column.value());
            }
        }
        return names;
    }

    private Order order() {
        return pipeline.section("features").get("order", Order.class, Order.ARRIVAL);
    }

    private FeaturesSpec features(EntitiesSpec entities) {
        Section features = pipeline.section("features");
        var reader =
                new FeatureReader(
                        entities,
                        pipeline.has("entities"),
                        Map.of(From.EVENTS, eventColumns, From.LABELS, labelColumns),
                        pipeline.has("labels"),
                        reading);
        return new FeaturesSpec(
                features.text("view"),
                order(),
                features.get("history-from", Instant.class),
                reader.read(features));
    }

    private ModelSpec model() {
        Section model = pipeline.section("model");
        var names = new ModelNameReader(model, eventColumns, reading);
        ModelName name = names.read();
        return new ModelSpec(
                name.toString(),
                names.memoryBytes(name, pipeline.get("monitor", Section.class)),
                model.text("alias"),
                registry(model),
                batch(model.section("batch")),
                model.get("run", ModelSpec.Run.class, ModelSpec.Run.AUTO),
                model.duration("timeout"),
                device(model),
                fallback(model.section("fallback")),
                model.has("quarantine") ? path(model.text("quarantine")) : null);
    }

    private static FallbackSpec fallback(Section fallback) {
        return new FallbackSpec(
                fallback.get("previous", Boolean.class, false),
                fallback.get("score", Double.class));
    }

    private DeviceSpec device(Section model) {
        var kind = model.get("device", DeviceSpec.Kind.class, DeviceSpec.Kind.CPU);
        Located<Long> memory = model.locate("device-memory", Long.class);
        if (memory != null && kind == DeviceSpec.Kind.CPU) {
            reading.problem(memory, "is of a GPU's memory; `device` must then be `cuda` or `auto`");
        }
        return new DeviceSpec(kind, memory == null ? 0 : memory.value());
    }

    private BatchSpec batch(Section batch) {
        boolean isFixed = batch.has("rows");
        String meaningless = isFixed ? "latency" : "wait";
        Located<Duration> other = batch.locate(meaningless, Duration.class);
        if (other != null) {
            reading.problem(
                    other,
                    isFixed
                            ? "is given beside rows; without rows, batches are tuned to it"
                            : "is given without rows; it must be beside them, or be left out where"
                                    + " batches are tuned");
        }
        return isFixed
                ? BatchSpec.fixed(batch.get("rows", Integer.class, 1), batch.duration("wait"))
                : BatchSpec.tuned(batch.duration("latency"));
    }

    private RegistryAddress registry(Section model) {
        String location = model.text("registry");
        try {
            return new RegistryAddress(
                    RegistryAddress.isServer(location) ? location : path(location),
                    model.has("credentials") ? path(model.text("credentials")) : null,
                    model.has("signed-by") ? path(model.text("signed-by")) : null);
        } catch (IllegalArgumentException e) {
            Located<String> registry = model.locate("registry", String.class);
            if (registry != null) {
                // What is written there may be a password: it is not repeated.
                reading.problem(registry, "is no address; " + e.getMessage());
            }
            return RegistryAddress.directory(directory);
        }
    }

    private String path(String written) {
        return directory.resolve(written).toAbsolutePath().normalize().toString();
    }

    private @Nullable MonitorSpec monitor(FeaturesSpec features) {
        Section monitor = pipeline.get("monitor", Section.class);
        return monitor == null
                ? null
                : new MonitorReader(
                                monitor,
                                features,
                                eventColumns,
                                allowedLateness(),
                                pipeline.has("labels"),
                                reading)
                        .read();
    }

    private DecisionSpec decision() {
        Section decision = pipeline.section("decision");
        Located<String> below = decision.locate("below", String.class);
        if (below != null && below.value().equals(decision.text("at-or-above"))) {
            reading.problem(
                    below,
                    "is %s, as at-or-above is; it must be another decision"
                            .formatted(below.value()));
        }
        return new DecisionSpec(
                decision.get("threshold", Double.class, 0.0),
                decision.text("at-or-above"),
                decision.text("below"));
    }

    private CheckpointSpec checkpoint() {
        Section checkpoint = pipeline.section("checkpoint");
        return new CheckpointSpec(checkpoint.duration("interval"), checkpoint.duration("timeout"));
    }

    private OutputSpec output(CheckpointSpec checkpoint) {
        Section output = pipeline.section("output");
        Guarantee guarantee = output.get("guarantee", Guarantee.class, Guarantee.AT_LEAST_ONCE);
        Duration transaction = output.duration("transaction-timeout");
        Duration least = checkpoint.timeout().multipliedBy(TIMEOUTS_IN_A_TRANSACTION);
        if (guarantee == Guarantee.EXACTLY_ONCE
                && !transaction.isZero()
                && transaction.compareTo(least) < 0) {
            Located<Duration> written = output.locate("transaction-timeout", Duration.class);
            Located<Duration> timeout =
                    pipeline.section("checkpoint").locate("timeout", Duration.class);
            Location at =
                    written != null ? written.at() : timeout != null ? timeout.at() : output.at();
            reading.problem(
                    at,
                    "output.transaction-timeout",
                    "is %s; with exactly-once it must be at least %d times checkpoint.timeout, %s"
                            .formatted(
                                    DurationText.show(transaction),
                                    TIMEOUTS_IN_A_TRANSACTION,
                                    DurationText.show(least)));
        }
        return new OutputSpec(
                topic("scores"),
                topic("dead-letters"),
                topic("duplicates"),
                topic("models"),
                topic("shadows"),
                topic("drift"),
                topic("quality"),
                topic("alerts"),
                topic("retrain"),
                topic("audit"),
                output.get("include-features", Boolean.class, true),
                guarantee,
                transaction);
    }

    private String topic(String key) {
        Section output = pipeline.section("output");
        return output.has(key) ? output.text(key) : pipeline.text("pipeline") + "." + key;
    }

    /**
     * A topic that is read and written, or written for two purposes, feeds a pipeline its output.
     */
    private void checkTopics() {
        Map<String, String> users = new LinkedHashMap<>();
        checkTopic(users, pipeline.section("events"), "topic");
        checkTopic(users, pipeline.section("labels"), "topic");
        checkTopic(users, pipeline.section("output"), "scores");
        checkTopic(users, pipeline.section("output"), "dead-letters");
        checkTopic(users, pipeline.section("output"), "duplicates");
        checkTopic(users, pipeline.section("output"), "models");
        checkTopic(users, pipeline.section("output"), "shadows");
        checkTopic(users, pipeline.section("output"), "drift");
        checkTopic(users, pipeline.section("output"), "quality");
        checkTopic(users, pipeline.section("output"), "alerts");
        checkTopic(users, pipeline.section("output"), "retrain");
        checkTopic(users, pipeline.section("output"), "audit");
    }

    private void checkTopic(Map<String, String> users, Section section, String key) {
        boolean isOutput = section.path().equals("output");
        Located<String> written = section.locate(key, String.class);
        String topic = isOutput ? topic(key) : section.text(key);
        if (topic.isEmpty() || topic.startsWith(".")) {
            return;
        }
        String path = SectionShape.child(section.path(), key);
        String other = users.putIfAbsent(topic, path);
        if (other != null) {
            reading.problem(
                    written == null ? section.at() : written.at(),
                    path,
                    "is %s, as %s is; it must be another topic".formatted(topic, other));
        }
    }
}
