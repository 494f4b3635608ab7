package io.millrace.jobs.backfill;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.jobs.pipeline.PipelineFile;
import io.millrace.spec.FeaturesSpec.FeatureSpec;
import io.millrace.spec.PipelineSpec;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a training set was made of, so that it can be made again and told apart from others. */
final class Manifest {
    static final String FILE = "manifest.json";

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private final PipelineFile pipeline;
    private final History events;
    private final @Nullable History labels;
    private final BackfillConfig config;

    Manifest(
            PipelineFile pipeline,
            History events,
            @Nullable History labels,
            BackfillConfig config) {
        this.pipeline = pipeline;
        this.events = events;
        this.labels = labels;
        this.config = config;
    }

    /** Writes it beside the training set's files. */
    void write(Path folder, Counts counts) throws IOException {
        PipelineSpec spec = pipeline.spec();
        var manifest = new LinkedHashMap<String, Object>();
        manifest.put("pipeline", spec.pipeline());
        manifest.put("view", spec.features().view());
        manifest.put("spec", FileHistory.file(pipeline.path(), pipeline.path().toString()));
        manifest.put("millrace", version());
        manifest.put(
                "features", spec.features().features().stream().map(Manifest::definition).toList());
        manifest.put("rows", rows(counts));
        manifest.put("event_time", span(counts));
        manifest.put("warming", counts.warming());
        var read = new LinkedHashMap<String, Object>();
        read.put("events", events.parts());
        read.put("labels", labels == null ? List.of() : labels.parts());
        read.put("from", instant(config.fromMillis()));
        read.put("to", instant(config.toMillis()));
        read.put("labels_until", instant(config.labelsUntilMillis()));
        manifest.put("input", read);
        manifest.put(
                "output",
                config.formats().stream()
                        .map(TrainingSetFormat::fileName)
                        .map(name -> FileHistory.file(folder.resolve(name), name))
                        .toList());
        JSON.writeValue(folder.resolve(FILE).toFile(), manifest);
    }

    private static Map<String, Object> rows(Counts counts) {
        var rows = new LinkedHashMap<String, Object>();
        rows.put("events_read", counts.read());
        rows.put("labels_read", counts.readLabels());
        rows.put("refused", counts.refused());
        rows.put("duplicates", counts.of(Counts.DUPLICATES));
        rows.put("computed", counts.of(Counts.COMPUTED));
        rows.put("written", counts.of(Counts.WRITTEN));
        rows.put("labelled", counts.of(Counts.LABELLED));
        rows.put("warming", counts.of(Counts.WARMING));
        return rows;
    }

    private static Map<String, Object> span(Counts counts) {
        var span = new LinkedHashMap<String, Object>();
        span.put("first", Instant.ofEpochMilli(counts.of(Counts.WRITTEN_EARLIEST)).toString());
        span.put("last", Instant.ofEpochMilli(counts.of(Counts.WRITTEN_LATEST)).toString());
        return span;
    }

    /** Null for the ends of time. */
    private static @Nullable String instant(long millis) {
        return millis == Long.MIN_VALUE || millis == Long.MAX_VALUE
                ? null
                : Instant.ofEpochMilli(millis).toString();
    }

    /** A feature as the pipeline's file defines it: whatever its kind has. */
    static Map<String, Object> definition(FeatureSpec feature) {
        var definition = new LinkedHashMap<String, Object>();
        for (RecordComponent component : feature.getClass().getRecordComponents()) {
            Object value = value(feature, component);
            if (value != null) {
                definition.put(component.getName(), value);
            }
        }
        return definition;
    }

    private static @Nullable Object value(FeatureSpec feature, RecordComponent component) {
        Object value;
        try {
            value = component.getAccessor().invoke(feature);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
        if (value instanceof Enum<?> name) {
            return name.name().toLowerCase(Locale.ROOT);
        }
        if (value instanceof Double number) {
            return number.isNaN() ? null : number;
        }
        return value instanceof Duration || value instanceof Record ? value.toString() : value;
    }

    private static String version() {
        String version = Manifest.class.getPackage().getImplementationVersion();
        return version == null ? "from classes" : version;
    }
}
