package io.millrace.spec;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads which model scores, or by which columns it is chosen, and what goes with neither. */
final class ModelNameReader {
    private final Section model;
    private final Columns eventColumns;
    private final Reading reading;

    ModelNameReader(Section model, Columns eventColumns, Reading reading) {
        this.model = model;
        this.eventColumns = eventColumns;
        this.reading = reading;
    }

    ModelName read() {
        Located<String> written = model.locate("name", String.class);
        String filled = written == null ? null : filled(written);
        if (written == null || filled == null) {
            return ModelName.of("");
        }
        ModelName name = ModelName.of(filled);
        String example = name.with(Collections.nCopies(name.columns().size(), "x"));
        if (!example.matches(ScalarShape.NAME_PATTERN)) {
            reading.problem(
                    written,
                    "is `%s`; it must be a name of letters, digits, _, . and -, in which columns may stand as ${column}"
                            .formatted(filled));
        }
        for (String column : name.columns()) {
            eventColumns.checkKey(
                    new Located<>(column, written.path(), written.at(), false),
                    "what a model is chosen by",
                    reading);
        }
        return name;
    }

    /** The name with its variables filled in; a column is none. */
    private @Nullable String filled(Located<String> written) {
        if (!written.value().contains("${")) {
            return written.value();
        }
        List<String> unset = new ArrayList<>();
        String filled = reading.fill(written.value(), this::column, unset);
        for (ColumnSpec column : eventColumns.columns()) {
            if (written.value().contains("${" + column.name() + ":-")) {
                reading.problem(
                        written,
                        "gives the column %s a default; a column has none: write ${%s}"
                                .formatted(column.name(), column.name()));
                return null;
            }
        }
        if (!unset.isEmpty() && eventColumns.isComplete()) {
            List<String> columns = eventColumns.columns().stream().map(ColumnSpec::name).toList();
            reading.problem(
                    written,
                    "needs %s, which is neither a column of the events nor a variable that is set%s"
                            .formatted(unset.get(0), Suggestion.phrase(unset.get(0), columns)));
        }
        return unset.isEmpty() ? filled : null;
    }

    private @Nullable String column(String name) {
        return eventColumns.typeOf(name) == null ? null : "${" + name + "}";
    }

    /**
     * The most bytes that many models may take together; 0 where there is one.
     *
     * @param monitor the pipeline's section of that name, or null where it has none
     */
    long memoryBytes(ModelName name, @Nullable Section monitor) {
        Located<Long> memory = model.locate("memory", Long.class);
        if (name.isOne()) {
            if (memory != null && !name.literals().get(0).isEmpty()) {
                reading.problem(
                        memory,
                        "is for many models, and `name` is one's; it must have a column in it, such as %s-${country}"
                                .formatted(name));
            }
            return 0;
        }
        String many = "`model.name` is of many models, %s".formatted(name);
        Located<Section> guard = monitor == null ? null : monitor.locate("guard", Section.class);
        if (guard != null) {
            reading.problem(
                    guard,
                    "decides about the versions of one model, and %s; leave it out"
                            .formatted(many));
        }
        Located<Boolean> previous = model.section("fallback").locate("previous", Boolean.class);
        if (previous != null && previous.value()) {
            reading.problem(
                    previous,
                    "keeps the version before loaded, and %s; `score` alone can answer then"
                            .formatted(many));
        }
        Located<DeviceSpec.Kind> device = model.locate("device", DeviceSpec.Kind.class);
        if (device != null && device.value() != DeviceSpec.Kind.CPU) {
            reading.problem(
                    device,
                    "is %s, and %s; many share the processor's memory only: it must be cpu"
                            .formatted(ScalarShape.word(device.value()), many));
        }
        return model.get("memory", Long.class, 1L);
    }
}
