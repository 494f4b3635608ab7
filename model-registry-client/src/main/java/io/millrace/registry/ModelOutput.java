package io.millrace.registry;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An output of a model: the one that is the score, or another that travels with it.
 *
 * @param name the tensor's name in the model
 * @param type what its elements are; of a sequence of maps (ZipMap), what the values are
 * @param shape its dimensions, rows first; -1 is any number
 * @param meaning what the number says, for people: {@code probability of fraud}
 * @param classes what the elements of a row stand for, in their order; of a sequence of maps, its
 *     keys; empty where they have no names
 * @param scoreClass the class whose number is the score, or null for a row's last element
 */
public record ModelOutput(
        String name,
        ElementType type,
        List<Long> shape,
        String meaning,
        List<String> classes,
        @Nullable String scoreClass) {

    public ModelOutput {
        shape = Shapes.checked(name, shape);
        classes = List.copyOf(classes);
        if (scoreClass != null && !classes.contains(scoreClass)) {
            throw new IllegalArgumentException(
                    "class of output %s is %s; it must be one of its classes %s"
                            .formatted(name, scoreClass, classes));
        }
        long width = Shapes.rowWidth(shape);
        if (!classes.isEmpty() && width >= 0 && width != classes.size() && shape.size() > 1) {
            throw new IllegalArgumentException(
                    "output %s has %d classes; it must have %d, one for each element of a row of its shape %s"
                            .formatted(name, classes.size(), width, shape));
        }
    }

    /** An output whose elements have no names. */
    public ModelOutput(String name, ElementType type, List<Long> shape, String meaning) {
        this(name, type, shape, meaning, List.of(), null);
    }

    /** The place of the score among the elements of a row, counted from 0; -1 for the last. */
    public int scoreIndex() {
        return scoreClass == null ? -1 : classes.indexOf(scoreClass);
    }
}
