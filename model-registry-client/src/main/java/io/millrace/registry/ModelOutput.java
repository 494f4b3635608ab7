package io.millrace.registry;

import java.util.List;

/**
 * The output that is the score.
 *
 * @param name the tensor's name in the model
 * @param type what its elements are
 * @param shape its dimensions; -1 is any number
 * @param meaning what the number says, for people: {@code probability of fraud}
 */
public record ModelOutput(String name, ElementType type, List<Long> shape, String meaning) {

    public ModelOutput {
        shape = Shapes.checked(name, shape);
    }
}
