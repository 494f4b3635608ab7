package io.millrace.spec;

import io.millrace.spec.FeaturesSpec.Aggregate;
import io.millrace.spec.FeaturesSpec.Current;
import io.millrace.spec.FeaturesSpec.ElementSpec;
import io.millrace.spec.FeaturesSpec.ExpressionSpec;
import io.millrace.spec.FeaturesSpec.FeatureSpec;
import io.millrace.spec.FeaturesSpec.From;
import io.millrace.spec.FeaturesSpec.WindowSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.flink.table.types.logical.LogicalType;
import org.jspecify.annotations.Nullable;

/** Makes and checks the feature vector. */
final class FeatureReader {

    private static final List<String> WINDOW_KEYS =
            List.of(
                    "entity",
                    "from",
                    "aggregate",
                    "of",
                    "where",
                    "window",
                    "delay",
                    "current",
                    "rank",
                    "exact-to",
                    "missing");

    private final EntitiesSpec entities;
    private final boolean entitiesDeclared;
    private final Map<From, Columns> columns;
    private final boolean labelsDeclared;
    private final Reading reading;

    FeatureReader(
            EntitiesSpec entities,
            boolean entitiesDeclared,
            Map<From, Columns> columns,
            boolean labelsDeclared,
            Reading reading) {
        this.entities = entities;
        this.entitiesDeclared = entitiesDeclared;
        this.columns = columns;
        this.labelsDeclared = labelsDeclared;
        this.reading = reading;
    }

    List<FeatureSpec> read(Section features) {
        List<FeatureSpec> vector = new ArrayList<>();
        Map<String, String> paths = new HashMap<>();
        ListShape.Items items =
                features.get("vector", ListShape.Items.class, new ListShape.Items(List.of()));
        for (Located<Object> item : items.items()) {
            Section feature = (Section) item.value();
            List<FeatureSpec> declared = declared(feature, vector);
            Located<String> name = feature.locate("name", String.class);
            if (name != null) {
                checkNames(name, declared, feature, paths);
            }
            vector.addAll(declared);
        }
        return List.copyOf(vector);
    }

    private List<FeatureSpec> declared(Section feature, List<FeatureSpec> earlier) {
        if (feature.has("elements") || feature.has("count")) {
            return elements(feature);
        }
        FeatureSpec one =
                feature.has("expression") ? expression(feature, earlier) : window(feature);
        return one == null ? List.of() : List.of(one);
    }

    private void checkNames(
            Located<String> name,
            List<FeatureSpec> declared,
            Section feature,
            Map<String, String> paths) {
        for (FeatureSpec spec : declared) {
            String other = paths.putIfAbsent(spec.name(), feature.path());
            if (other != null) {
                reading.problem(
                        name,
                        "is %s, as %s is; it must be another name".formatted(spec.name(), other));
                return;
            }
        }
    }

    /** One feature for each element; none after having reported a mistake in how many there are. */
    private List<FeatureSpec> elements(Section feature) {
        refuseBeside("elements", feature);
        Located<String> column = feature.locate("elements", String.class);
        if (column == null && !feature.has("elements")) {
            reading.problem(
                    feature.at(),
                    SectionShape.child(feature.path(), "elements"),
                    "is missing; `count` is how many elements it has");
        } else if (column != null) {
            columnsOf(From.EVENTS).checkElements(column, reading);
        }
        Integer count = feature.get("count", Integer.class);
        if (count == null) {
            if (!feature.has("count")) {
                reading.problem(
                        feature.at(),
                        SectionShape.child(feature.path(), "count"),
                        "is missing; it must be how many elements the column has");
            }
            return List.of();
        }
        return IntStream.range(0, count)
                .<FeatureSpec>mapToObj(
                        index ->
                                new ElementSpec(
                                        feature.text("name") + "_" + index,
                                        column == null ? "" : column.value(),
                                        index,
                                        count,
                                        feature.get("internal", Boolean.class, false)))
                .toList();
    }

    /** Reports what says in another way what the feature is. */
    private void refuseBeside(String key, Section feature) {
        List<String> others = new ArrayList<>(WINDOW_KEYS);
        others.add("expression");
        for (String other : others) {
            if (!other.equals(key) && feature.has(other)) {
                String path = SectionShape.child(feature.path(), other);
                reading.problem(
                        reading.location(path),
                        path,
                        "is %s, and %s has %s; it must have one of the two"
                                .formatted(
                                        other.equals("expression")
                                                ? "an expression"
                                                : "for a window",
                                        feature.text("name"),
                                        key.equals("elements") ? "elements" : "an expression"));
            }
        }
    }

    private FeatureSpec expression(Section feature, List<FeatureSpec> earlier) {
        Located<String> source = feature.locate("expression", String.class);
        refuseBeside("expression", feature);
        return new ExpressionSpec(
                feature.text("name"),
                source == null ? "" : source.value(),
                source == null ? List.of() : featuresIn(source, earlier),
                feature.get("internal", Boolean.class, false));
    }

    /** The earlier features that an expression names, after having reported its mistakes. */
    private List<String> featuresIn(Located<String> source, List<FeatureSpec> earlier) {
        Columns columns = columnsOf(From.EVENTS);
        if (earlier.isEmpty() || columns.accepts(source.value())) {
            StreamReader.kind(source, columns, reading);
            return List.of();
        }
        Columns withFeatures =
                columns.with(earlier.stream().map(FeatureSpec::name).distinct().toList());
        return StreamReader.kind(source, withFeatures, reading) == null
                ? List.of()
                : withFeatures.namesIn(source.value()).stream()
                        .filter(name -> columns.typeOf(name) == null)
                        .toList();
    }

    private @Nullable FeatureSpec window(Section feature) {
        if (WINDOW_KEYS.stream().noneMatch(feature::has)) {
            reading.problem(
                    feature.at(),
                    feature.path(),
                    "has no value; it must have an expression, elements, or an entity, an aggregate"
                            + " and a window");
            return null;
        }
        for (String key : List.of("entity", "aggregate", "window")) {
            if (!feature.has(key)) {
                reading.problem(
                        feature.at(),
                        SectionShape.child(feature.path(), key),
                        "is missing; a window needs an entity, an aggregate and a window");
            }
        }
        From from = feature.get("from", From.class);
        Aggregate aggregate = feature.get("aggregate", Aggregate.class);
        checkFrom(feature, from);
        checkEntity(feature, from);
        if (from != null) {
            checkWhere(feature, from);
        }
        if (aggregate != null && from != null) {
            checkOf(feature, from, aggregate);
            checkCurrent(feature, from, aggregate);
        }
        if (aggregate != null) {
            checkRank(feature, aggregate);
            checkExactTo(feature, aggregate);
            checkMissing(feature, aggregate);
        }
        return new WindowSpec(
                feature.text("name"),
                feature.text("entity"),
                from == null ? From.EVENTS : from,
                aggregate == null ? Aggregate.COUNT : aggregate,
                stripped(feature, "of"),
                stripped(feature, "where"),
                feature.duration("window"),
                feature.duration("delay"),
                feature.get("current", Current.class, Current.INCLUDE),
                feature.get("rank", Integer.class, 1),
                feature.get("exact-to", Integer.class, WindowSpec.EXACT_TO),
                feature.get(
                        "missing",
                        Double.class,
                        aggregate != null && aggregate.isZeroWhenEmpty() ? 0.0 : Double.NaN),
                feature.get("internal", Boolean.class, false));
    }

    private void checkFrom(Section feature, @Nullable From from) {
        Located<From> written = feature.locate("from", From.class);
        if (from == From.LABELS && !labelsDeclared && written != null) {
            reading.problem(
                    written, "is labels, and the pipeline has none; it must declare labels:");
        }
    }

    private void checkEntity(Section feature, @Nullable From from) {
        Located<String> entity = feature.locate("entity", String.class);
        if (entity == null) {
            return;
        }
        Set<String> names = entities.columns().keySet();
        List<String> identifying = entities.columns().get(entity.value());
        if (identifying == null) {
            if (entitiesDeclared && !reading.hasProblemUnder("entities")) {
                reading.problem(
                        entity,
                        "is %s; it must be one of the entities: %s%s"
                                .formatted(
                                        entity.value(),
                                        String.join(", ", names),
                                        Suggestion.phrase(entity.value(), names)));
            }
            return;
        }
        if (from == From.LABELS && labelsDeclared) {
            identifying.forEach(column -> checkLabelColumn(entity, column));
        }
    }

    /** A window over labels finds an entity's labels by the same columns. */
    private void checkLabelColumn(Located<String> entity, String column) {
        Columns labels = columnsOf(From.LABELS);
        LogicalType ofEvents = columnsOf(From.EVENTS).typeOf(column);
        LogicalType ofLabels = labels.typeOf(column);
        if (ofLabels == null) {
            if (labels.isComplete()) {
                reading.problem(
                        entity,
                        "is %s, whose column %s labels do not have; labels.columns must declare it"
                                .formatted(entity.value(), column));
            }
        } else if (ofEvents != null && !ofEvents.copy(false).equals(ofLabels)) {
            reading.problem(
                    entity,
                    "is %s, whose column %s is %s in labels; it must be %s, as in events"
                            .formatted(
                                    entity.value(),
                                    column,
                                    ofLabels.asSerializableString(),
                                    ofEvents.copy(false).asSerializableString()));
        }
    }

    private static @Nullable String stripped(Section feature, String key) {
        String text = feature.get(key, String.class);
        return text == null ? null : text.strip();
    }

    private void checkOf(Section feature, From from, Aggregate aggregate) {
        Located<String> of = feature.locate("of", String.class);
        String word = ScalarShape.word(aggregate);
        if (aggregate.of() == Aggregate.Of.NOTHING) {
            if (of != null) {
                reading.problem(of, "is %s; %s has no column".formatted(of.value(), word));
            }
            return;
        }
        if (!feature.has("of")) {
            reading.problem(
                    feature.at(),
                    SectionShape.child(feature.path(), "of"),
                    "is missing; it must be the column that %s is over".formatted(word));
        } else if (of != null && isDeclared(from)) {
            String role = "what %s is over".formatted(word);
            Columns columns = columnsOf(from);
            if (!columns.isNamedBy(of.value())) {
                StreamReader.kind(of, columns, reading);
            } else if (aggregate.of() == Aggregate.Of.SCALAR) {
                columns.checkScalar(of, role, reading);
            } else {
                columns.checkNumeric(of, role, reading);
            }
        }
    }

    private void checkWhere(Section feature, From from) {
        Located<String> where = feature.locate("where", String.class);
        if (where != null && isDeclared(from)) {
            StreamReader.checkCondition(where, columnsOf(from), reading);
        }
    }

    private void checkCurrent(Section feature, From from, Aggregate aggregate) {
        Located<Current> current = feature.locate("current", Current.class);
        if (current != null && from == From.LABELS) {
            reading.problem(
                    current, "is for a window over events; among labels there is no current event");
        } else if (current != null && aggregate == Aggregate.TIME_SINCE_LAST) {
            reading.problem(
                    current, "is not for time-since-last, which never counts the event itself");
        }
        Located<Aggregate> written = feature.locate("aggregate", Aggregate.class);
        if (written != null && from == From.LABELS && aggregate.comparesCurrent()) {
            reading.problem(
                    written,
                    "is %s, which compares the event with other events; from must be events"
                            .formatted(ScalarShape.word(aggregate)));
        }
    }

    private void checkRank(Section feature, Aggregate aggregate) {
        Located<Integer> rank = feature.locate("rank", Integer.class);
        if (rank != null && !aggregate.isRanked()) {
            reading.problem(
                    rank,
                    "is for most-frequent and most-frequent-share; %s has no ranks"
                            .formatted(ScalarShape.word(aggregate)));
        }
    }

    private void checkExactTo(Section feature, Aggregate aggregate) {
        Located<Integer> exactTo = feature.locate("exact-to", Integer.class);
        if (exactTo != null && aggregate != Aggregate.DISTINCT) {
            reading.problem(
                    exactTo,
                    "is for distinct; %s is always exact".formatted(ScalarShape.word(aggregate)));
        }
    }

    private void checkMissing(Section feature, Aggregate aggregate) {
        Located<Double> missing = feature.locate("missing", Double.class);
        if (missing != null && aggregate.isZeroWhenEmpty()) {
            reading.problem(
                    missing,
                    "is for a window without a value; the %s of an empty window is 0"
                            .formatted(ScalarShape.word(aggregate)));
        }
    }

    /** Whether the stream is there at all; that it is not has been reported. */
    private boolean isDeclared(From from) {
        return from == From.EVENTS || labelsDeclared;
    }

    private Columns columnsOf(From from) {
        Columns of = columns.get(from);
        if (of == null) {
            throw new IllegalStateException("no columns for " + from);
        }
        return of;
    }
}
