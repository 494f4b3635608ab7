package io.millrace.spec;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What features are about.
 *
 * @param columns the columns that identify each entity, by the entity's name, in declared order;
 *     two rows are about the same entity where all of its columns are equal
 */
public record EntitiesSpec(Map<String, List<String>> columns) {

    public EntitiesSpec {
        var copies = new LinkedHashMap<String, List<String>>();
        columns.forEach((entity, names) -> copies.put(entity, List.copyOf(names)));
        columns = Collections.unmodifiableMap(copies);
    }
}
