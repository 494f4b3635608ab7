package io.millrace.spec;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A mapping with known keys, as it was read: well-formed values only.
 *
 * @param written the keys that the file has, well-formed or not
 */
record Section(
        SectionShape shape,
        String path,
        Location at,
        Map<String, Located<Object>> values,
        List<String> written) {

    boolean has(String key) {
        return written.contains(key);
    }

    /** The value, its default, or null where it was left out or was reported. */
    <T> @Nullable T get(String key, Class<T> type) {
        Located<Object> located = values.get(key);
        if (located != null) {
            return type.cast(located.value());
        }
        return has(key) ? null : type.cast(defaultOf(key));
    }

    /** As {@link #get}, where a problem has been reported if there is no value. */
    <T> T get(String key, Class<T> type, T instead) {
        T value = get(key, type);
        return value == null ? instead : value;
    }

    <T> @Nullable Located<T> locate(String key, Class<T> type) {
        Located<Object> located = values.get(key);
        return located == null ? null : located.as(type);
    }

    String text(String key) {
        return get(key, String.class, "");
    }

    Duration duration(String key) {
        return get(key, Duration.class, Duration.ZERO);
    }

    /** The section under a key; an empty one, with its defaults, where the file has none. */
    Section section(String key) {
        Section section = get(key, Section.class);
        if (section != null) {
            return section;
        }
        SectionShape inner = (SectionShape) key(key).shape();
        return new Section(inner, SectionShape.child(path, key), at, Map.of(), List.of());
    }

    private @Nullable Object defaultOf(String key) {
        Key known = key(key);
        if (known.defaultText() == null || !(known.shape() instanceof ScalarShape scalar)) {
            return null;
        }
        return scalar.parser().apply(known.defaultText());
    }

    private Key key(String name) {
        return shape.keys().stream()
                .filter(key -> key.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no key " + name));
    }
}
