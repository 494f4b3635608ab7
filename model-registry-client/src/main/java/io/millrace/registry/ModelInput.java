package io.millrace.registry;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One input of a model, and the order in which it wants its features.
 *
 * @param name the tensor's name in the model
 * @param type what its elements are
 * @param shape its dimensions; -1 is any number, as for the rows of a batch, which come first
 * @param features the names of a row's elements, in order
 * @param categories of an input of texts, what each feature's numbers stand for: 0 for the first
 *     text, 1 for the second; empty otherwise
 */
public record ModelInput(
        String name,
        ElementType type,
        List<Long> shape,
        List<String> features,
        Map<String, List<String>> categories) {

    public ModelInput {
        shape = Shapes.checked(name, shape);
        features = List.copyOf(features);
        long width = Shapes.rowWidth(shape);
        if (features.isEmpty() || (width >= 0 && width != features.size())) {
            throw new IllegalArgumentException(
                    "input %s has %d features; it must have %s, one for each element of a row of its shape %s"
                            .formatted(name, features.size(), width < 0 ? "some" : width, shape));
        }
        var seen = new HashSet<String>();
        for (var feature : features) {
            if (!seen.add(feature)) {
                throw new IllegalArgumentException(
                        "feature %s is twice in input %s; it must be there once"
                                .formatted(feature, name));
            }
        }
        categories = Map.copyOf(categories);
        Set<String> texts = type == ElementType.STRING ? seen : Set.of();
        if (!categories.keySet().equals(texts)) {
            throw new IllegalArgumentException(
                    "input %s has categories for %s; it must have them for %s"
                            .formatted(
                                    name,
                                    categories.isEmpty() ? "no feature" : categories.keySet(),
                                    texts.isEmpty() ? "none, since it takes numbers" : features));
        }
    }

    /** An input of numbers. */
    public ModelInput(String name, ElementType type, List<Long> shape, List<String> features) {
        this(name, type, shape, features, Map.of());
    }
}
