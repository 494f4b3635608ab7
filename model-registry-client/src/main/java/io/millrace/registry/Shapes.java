package io.millrace.registry;

import java.util.List;

/** What the dimensions of a tensor may be. */
final class Shapes {

    // ONNX itself has no bound; no model of rows needs more.
    private static final int RANK_MAX = 8;

    private Shapes() {}

    static List<Long> checked(String tensor, List<Long> shape) {
        if (shape.isEmpty() || shape.size() > RANK_MAX) {
            throw new IllegalArgumentException(
                    "shape of %s has %d dimensions; it must have 1 to %d"
                            .formatted(tensor, shape.size(), RANK_MAX));
        }
        for (long dimension : shape) {
            if (dimension < -1 || dimension == 0) {
                throw new IllegalArgumentException(
                        "shape of %s holds %d; it must hold positive numbers, or -1 for any"
                                .formatted(tensor, dimension));
            }
        }
        return List.copyOf(shape);
    }

    /** How many elements a row has: all dimensions but the first; -1 where that is open. */
    static long rowWidth(List<Long> shape) {
        long width = 1;
        for (long dimension : shape.subList(1, shape.size())) {
            if (dimension < 0) {
                return -1;
            }
            width = Math.multiplyExact(width, dimension);
        }
        return width;
    }
}
