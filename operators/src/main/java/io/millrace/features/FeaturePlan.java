package io.millrace.features;

import io.millrace.spec.FeaturesSpec.ElementSpec;
import io.millrace.spec.FeaturesSpec.ExpressionSpec;
import io.millrace.spec.FeaturesSpec.From;
import io.millrace.spec.FeaturesSpec.WindowSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which step computes which slot of the vector: the expressions first, then one step for each
 * entity that has windows, in declared order, and in the last one what is derived.
 *
 * @param width the number of features
 * @param elements the features that are read from the event as they are
 * @param expressions the features computed from the event alone
 * @param derived the features computed from other features too, each after those that it names
 * @param steps the entities that have windows
 * @param lateness which rows come too late
 */
record FeaturePlan(
        int width,
        List<Slotted<ElementSpec>> elements,
        List<Slotted<ExpressionSpec>> expressions,
        List<Slotted<ExpressionSpec>> derived,
        List<EntityStep> steps,
        Lateness lateness) {

    FeaturePlan {
        elements = List.copyOf(elements);
        expressions = List.copyOf(expressions);
        derived = List.copyOf(derived);
        steps = List.copyOf(steps);
    }

    /**
     * One entity with windows.
     *
     * @param entity the entity's name
     * @param eventColumn what identifies it in events
     * @param labelColumn what identifies it in labels; null where no window reads them
     * @param slots those that its windows fill, ascending
     * @param history what its windows need of the past
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record EntityStep(
            String entity,
            EntityColumn eventColumn,
            @Nullable EntityColumn labelColumn,
            EntityWindows windows,
            int[] slots,
            HistoryPlan history) {}

    static FeaturePlan of(FeatureConfig config) {
        var elements = new ArrayList<Slotted<ElementSpec>>();
        var expressions = new ArrayList<Slotted<ExpressionSpec>>();
        var derived = new ArrayList<Slotted<ExpressionSpec>>();
        var windows = new ArrayList<Slotted<WindowSpec>>();
        for (int slot = 0; slot < config.vector().size(); slot++) {
            var feature = config.vector().get(slot);
            if (feature instanceof ElementSpec element) {
                elements.add(new Slotted<>(slot, element));
            } else if (feature instanceof ExpressionSpec expression) {
                var computed = expression.features().isEmpty() ? expressions : derived;
                computed.add(new Slotted<>(slot, expression));
            } else if (feature instanceof WindowSpec window) {
                requireEntity(window, config);
                windows.add(new Slotted<>(slot, window));
            }
        }
        var steps = new ArrayList<EntityStep>();
        config.entities()
                .forEach(
                        (entity, columns) -> {
                            var own = of(entity, windows);
                            if (!own.isEmpty()) {
                                steps.add(step(entity, columns, own, config));
                            }
                        });
        steps.sort(Comparator.comparing(step -> step.windows().readLabels()));
        long labelRetentionMillis =
                steps.stream()
                        .mapToLong(step -> step.windows().labelRetentionMillis())
                        .max()
                        .orElse(0);
        return new FeaturePlan(
                config.vector().size(),
                elements,
                expressions,
                derived,
                steps,
                new Lateness(config.order(), config.allowedLatenessMillis(), labelRetentionMillis));
    }

    /** The index of the first step that reads labels; the number of steps where none does. */
    int firstLabelStep() {
        int step = 0;
        while (step < steps.size() && !steps.get(step).windows().readLabels()) {
            step++;
        }
        return step;
    }

    /** What an event must have a value for. */
    RequiredEntities requiredOfEvents() {
        return new RequiredEntities(steps.stream().map(EntityStep::eventColumn).toList());
    }

    /** What a label must have a value for. */
    RequiredEntities requiredOfLabels() {
        return new RequiredEntities(
                steps.stream().map(EntityStep::labelColumn).filter(Objects::nonNull).toList());
    }

    private static EntityStep step(
            String entity,
            List<String> columns,
            List<Slotted<WindowSpec>> windows,
            FeatureConfig config) {
        var overEvents = of(From.EVENTS, windows);
        var overLabels = of(From.LABELS, windows);
        var eventColumn = EntityColumn.of(columns, config.eventColumns());
        var labelColumn =
                overLabels.isEmpty() ? null : EntityColumn.of(columns, config.labelColumns());
        if (labelColumn != null && !labelColumn.matches(eventColumn)) {
            throw new IllegalArgumentException(
                    "a column of entity %s, %s, is a number in one stream and text in the other; it must be the same in both"
                            .formatted(entity, String.join(", ", eventColumn.names())));
        }
        return new EntityStep(
                entity,
                eventColumn,
                labelColumn,
                new EntityWindows(
                        overEvents.isEmpty()
                                ? null
                                : LogWindows.of(overEvents, config.eventColumns(), null),
                        overLabels.isEmpty()
                                ? null
                                : LogWindows.of(
                                        overLabels, config.labelColumns(), labelId(config))),
                windows.stream().mapToInt(Slotted::slot).toArray(),
                new HistoryPlan(
                        windows.stream().map(window -> reach(window, config)).toList(),
                        config.historyFromMillis(),
                        config.disorderMillis()));
    }

    private static Reach reach(Slotted<WindowSpec> window, FeatureConfig config) {
        return window.feature().from() == From.EVENTS
                ? Reach.of(window, config.eventColumns(), null)
                : Reach.of(window, config.labelColumns(), labelId(config));
    }

    private static String labelId(FeatureConfig config) {
        return Objects.requireNonNull(
                config.labelId(), "a window is over labels; labels must have an id");
    }

    private static List<Slotted<WindowSpec>> of(String entity, List<Slotted<WindowSpec>> windows) {
        return windows.stream().filter(window -> window.feature().entity().equals(entity)).toList();
    }

    private static List<Slotted<WindowSpec>> of(From from, List<Slotted<WindowSpec>> windows) {
        return windows.stream().filter(window -> window.feature().from() == from).toList();
    }

    private static void requireEntity(WindowSpec window, FeatureConfig config) {
        if (!config.entities().containsKey(window.entity())) {
            throw new IllegalArgumentException(
                    "entity of %s is %s; it must be one of %s"
                            .formatted(window.name(), window.entity(), config.entities().keySet()));
        }
    }
}
