package io.millrace.spec;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What features are about.
 *
 * @param columns the column that identifies each entity, by the entity's name, in declared order
 */
public record EntitiesSpec(Map<String, String> columns) {

    public EntitiesSpec {
        columns = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(columns));
    }
}
