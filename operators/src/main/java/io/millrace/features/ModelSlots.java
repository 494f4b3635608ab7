package io.millrace.features;

import io.millrace.spec.FeaturesSpec.FeatureSpec;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which of the computed numbers the model gets.
 *
 * @param slots their places among all numbers, ascending
 * @param isAll whether these are all of them
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record ModelSlots(int[] slots, boolean isAll) implements Serializable {

    static ModelSlots of(List<FeatureSpec> features) {
        int[] slots =
                IntStream.range(0, features.size())
                        .filter(slot -> !features.get(slot).internal())
                        .toArray();
        return new ModelSlots(slots, slots.length == features.size());
    }

    double[] of(double[] values) {
        if (isAll) {
            return values;
        }
        double[] vector = new double[slots.length];
        for (int place = 0; place < slots.length; place++) {
            vector[place] = values[slots[place]];
        }
        return vector;
    }

    /** The places in the vector of those of some slots that are in it. */
    int[] places(int[] some) {
        return isAll || some.length == 0
                ? some
                : Arrays.stream(some)
                        .map(slot -> Arrays.binarySearch(slots, slot))
                        .filter(place -> place >= 0)
                        .toArray();
    }
}
