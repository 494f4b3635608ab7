package io.millrace.spec;

import io.millrace.spec.MonitorSpec.AlertSpec;
import io.millrace.spec.MonitorSpec.Detector;
import io.millrace.spec.MonitorSpec.NumberDetector;
import io.millrace.spec.MonitorSpec.QualitySpec;
import io.millrace.spec.MonitorSpec.RollingSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads what is watched. */
final class MonitorReader {
    /** Counts of a series in a slide: some 1 KB each, of each segment. */
    private static final long MOST_COUNTS = 150_000;

    /** Of which twice as much is there at times. */
    private static final int LEARN_BYTES = 64 << 20;

    /** A row's id, model, version and decision. */
    private static final int LEARN_BYTES_OF_ROW = 500;

    private final Section monitor;
    private final FeaturesSpec features;
    private final Columns eventColumns;
    private final Duration allowedLateness;
    private final boolean hasLabels;
    private final Reading reading;

    /**
     * @param allowedLateness how late a row may be
     * @param hasLabels whether the pipeline has labels
     */
    MonitorReader(
            Section monitor,
            FeaturesSpec features,
            Columns eventColumns,
            Duration allowedLateness,
            boolean hasLabels,
            Reading reading) {
        this.monitor = monitor;
        this.features = features;
        this.eventColumns = eventColumns;
        this.allowedLateness = allowedLateness;
        this.hasLabels = hasLabels;
        this.reading = reading;
    }

    MonitorSpec read() {
        Duration window = monitor.duration("window");
        Duration slide = slide(window);
        return new MonitorSpec(
                window,
                slide,
                rolling(window, slide),
                learnRows(),
                segment(),
                categorical(),
                monitor.get("reconstruction", Boolean.class, false),
                alerts(),
                detectors("score-detectors", NumberDetector.class),
                quality(),
                guard(),
                retrain());
    }

    private int learnRows() {
        Located<Integer> rows = monitor.locate("learn-rows", Integer.class);
        if (rows == null) {
            return 0;
        }
        int columns = features.vector().size();
        int most = LEARN_BYTES / (LEARN_BYTES_OF_ROW + columns * Double.BYTES);
        if (rows.value() > most) {
            reading.problem(
                    rows,
                    "is %,d; of %d features it must be at most %,d, since all of them are kept until"
                                    .formatted(rows.value(), columns, most)
                            + " then");
        }
        return rows.value();
    }

    private @Nullable RollingSpec rolling(Duration window, Duration slide) {
        Section rolling = monitor.get("rolling", Section.class);
        if (rolling == null) {
            return null;
        }
        Duration range = rolling.duration("range");
        Located<Duration> writtenRange = rolling.locate("range", Duration.class);
        Located<Duration> writtenGap = rolling.locate("gap", Duration.class);
        checkSlides(writtenRange, slide);
        checkSlides(writtenGap, slide);
        Duration gap;
        if (writtenGap == null) {
            long late = -Math.floorDiv(-allowedLateness.toMillis(), slide.toMillis());
            gap = slide.multipliedBy(late);
        } else {
            gap = writtenGap.value();
            if (gap.compareTo(allowedLateness) < 0) {
                reading.problem(
                        writtenGap,
                        ("is %s; it must be at least events.allowed-lateness, %s: no late row may"
                                        + " change what a window has been compared with")
                                .formatted(
                                        DurationText.show(gap),
                                        DurationText.show(allowedLateness)));
            }
        }
        long slides = range.plus(gap).plus(window).toMillis() / slide.toMillis();
        // Beside the features, the score and the decision.
        long most = MOST_COUNTS / (features.vector().size() + 2);
        if (writtenRange != null && slides > most) {
            reading.problem(
                    writtenRange,
                    "is %s: the counts of %,d slides would be kept; of %d features there must be at"
                                    .formatted(
                                            DurationText.show(range),
                                            slides,
                                            features.vector().size())
                            + " most %,d".formatted(most));
        }
        return new RollingSpec(range, gap);
    }

    private void checkSlides(@Nullable Located<Duration> written, Duration slide) {
        if (written != null && written.value().toMillis() % slide.toMillis() != 0) {
            reading.problem(
                    written,
                    "is %s; it must be a multiple of %s, from the start of one window to the next"
                            .formatted(
                                    DurationText.show(written.value()), DurationText.show(slide)));
        }
    }

    private @Nullable SegmentSpec segment() {
        Located<String> column = monitor.locate("segment", String.class);
        Located<ListShape.Items> listed = monitor.locate("segments", ListShape.Items.class);
        if (column == null) {
            if (listed != null) {
                reading.problem(
                        listed.at(),
                        "monitor.segments",
                        "are values of monitor.segment, which is missing; it must be a column of"
                                + " events");
            }
            return null;
        }
        eventColumns.checkKey(column, "a segment", reading);
        Set<String> values = new LinkedHashSet<>();
        var items = listed == null ? List.<Located<Object>>of() : listed.value().items();
        for (Located<Object> item : items) {
            Located<String> value = item.as(String.class);
            if (!values.add(value.value())) {
                reading.problem(
                        value,
                        "is %s, as before; it must be another value".formatted(value.value()));
            }
        }
        return new SegmentSpec(column.value(), values);
    }

    private @Nullable RetrainSpec retrain() {
        Section retrain = monitor.get("retrain", Section.class);
        return retrain == null
                ? null
                : new RetrainReader(retrain, hasLabels, monitor.has("detectors"), reading).read();
    }

    private @Nullable GuardSpec guard() {
        checkNeedsLabels("guard", Section.class);
        Section guard = monitor.get("guard", Section.class);
        return guard == null ? null : new GuardReader(guard, monitor.has("cost"), reading).read();
    }

    private Duration slide(Duration window) {
        Located<Duration> slide = monitor.locate("slide", Duration.class);
        if (slide == null) {
            return window;
        }
        if (window.toMillis() % slide.value().toMillis() != 0) {
            reading.problem(
                    slide,
                    "is %s; monitor.window, %s, must be a multiple of it"
                            .formatted(
                                    DurationText.show(slide.value()), DurationText.show(window)));
        }
        return slide.value();
    }

    private List<String> categorical() {
        Set<String> vector =
                features.vector().stream()
                        .map(FeaturesSpec.FeatureSpec::name)
                        .collect(Collectors.toSet());
        List<String> names = new ArrayList<>();
        var items = monitor.get("categorical", ListShape.Items.class);
        for (Located<Object> item : items == null ? List.<Located<Object>>of() : items.items()) {
            Located<String> name = item.as(String.class);
            if (!vector.isEmpty() && !vector.contains(name.value())) {
                reading.problem(
                        name,
                        "is %s; it must be a feature that the model gets%s"
                                .formatted(name.value(), Suggestion.phrase(name.value(), vector)));
            } else if (names.contains(name.value())) {
                reading.problem(
                        name,
                        "is %s, as before; it must be another feature".formatted(name.value()));
            } else {
                names.add(name.value());
            }
        }
        return names;
    }

    private AlertSpec alerts() {
        Section effect = monitor.section("effect");
        Section persistence = monitor.section("persistence");
        int windows = persistence.get("windows", Integer.class, 1);
        int of = persistence.get("of", Integer.class, windows);
        if (windows > of) {
            Located<Integer> written = persistence.locate("windows", Integer.class);
            Located<Integer> whole = persistence.locate("of", Integer.class);
            Located<Integer> at = written == null ? whole : written;
            if (at != null) {
                reading.problem(
                        at.at(),
                        "monitor.persistence.windows",
                        "is %d; it must be at most monitor.persistence.of, %d"
                                .formatted(windows, of));
            }
        }
        return new AlertSpec(
                monitor.get("min-rows", Integer.class, 1),
                share(monitor, "alpha"),
                share(effect, "ks"),
                share(effect, "total-variation"),
                share(effect, "new-categories"),
                share(effect, "missing"),
                windows,
                of,
                monitor.duration("cooldown"));
    }

    private QualitySpec quality() {
        checkNeedsLabels("labels", Section.class);
        checkNeedsLabels("cost", Section.class);
        checkNeedsLabels("detectors", ListShape.Items.class);
        Section cost = monitor.section("cost");
        return new QualitySpec(
                monitor.section("labels").duration("horizon"),
                cost.get("false-positive", Double.class, Double.NaN),
                cost.get("false-negative", Double.class, Double.NaN),
                monitor.get("top-k", Integer.class, 1),
                detectors("detectors", Detector.class));
    }

    private <T> void checkNeedsLabels(String key, Class<T> type) {
        Located<T> written = monitor.locate(key, type);
        if (written != null && !hasLabels) {
            reading.problem(
                    written.at(),
                    "monitor." + key,
                    "is for labels, and the pipeline has none; it must have a section labels");
        }
    }

    private <T extends Enum<T>> List<T> detectors(String key, Class<T> type) {
        List<T> detectors = new ArrayList<>();
        var items = monitor.get(key, ListShape.Items.class);
        for (Located<Object> item : items == null ? List.<Located<Object>>of() : items.items()) {
            Located<T> detector = item.as(type);
            if (detectors.contains(detector.value())) {
                reading.problem(
                        detector,
                        "is %s, as before; it must be another detector"
                                .formatted(ScalarShape.word(detector.value())));
            } else {
                detectors.add(detector.value());
            }
        }
        return detectors;
    }

    private double share(Section section, String key) {
        double value = section.get(key, Double.class, 0.5);
        Located<Double> written = section.locate(key, Double.class);
        if (written != null && !(value > 0 && value < 1)) {
            reading.problem(written, "is %s; it must be between 0 and 1".formatted(value));
        }
        return value;
    }
}
