package io.millrace.jobs.parity;

import java.io.Serializable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.MapData;

/**
 * Puts the features of a score, which are written by name, in the order that the model declares.
 */
public final class FeatureSlots implements Serializable {
    private static final long serialVersionUID = 1L;

    private final Map<String, Integer> slots = new HashMap<>();

    /**
     * @param features their names in the model's order
     */
    public FeatureSlots(List<String> features) {
        for (int slot = 0; slot < features.size(); slot++) {
            slots.put(features.get(slot), slot);
        }
    }

    /** The values; NaN where there is none. What has no slot is left out. */
    public double[] values(MapData features) {
        var values = new double[slots.size()];
        Arrays.fill(values, Double.NaN);
        ArrayData names = features.keyArray();
        ArrayData numbers = features.valueArray();
        for (int i = 0; i < features.size(); i++) {
            Integer slot = slots.get(names.getString(i).toString());
            if (slot != null && !numbers.isNullAt(i)) {
                values[slot] = numbers.getDouble(i);
            }
        }
        return values;
    }
}
