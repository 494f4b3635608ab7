package io.millrace.registry;

import java.util.HashSet;
import java.util.List;

/**
 * One input of a model, and the order in which it wants its features.
 *
 * @param name the tensor's name in the model
 * @param type what its elements are
 * @param shape its dimensions; -1 is any number, as for the rows of a batch
 * @param features the names along the last dimension, in order
 */
public record ModelInput(String name, ElementType type, List<Long> shape, List<String> features) {

    public ModelInput {
        shape = Shapes.checked(name, shape);
        features = List.copyOf(features);
        long width = shape.get(shape.size() - 1);
        if (features.isEmpty() || (width >= 0 && width != features.size())) {
            throw new IllegalArgumentException(
                    "input %s has %d features; it must have %s, one for each column of its shape %s"
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
    }
}
