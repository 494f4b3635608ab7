package io.millrace.spec;

import java.util.List;
import java.util.Map;

/**
 * Where everything in a pipeline's file stands, so that a check that comes later (of the model's
 * signature, of the broker) can name the line as well.
 *
 * @param file the file's name, as messages show it
 * @param text the file's text
 * @param byPath the place of each key, {@code features.vector[3].window}
 */
public record Locations(String file, String text, Map<String, Location> byPath) {

    public Locations {
        byPath = Map.copyOf(byPath);
    }

    /** The place of a key; of the nearest key around it where the file leaves it out. */
    public Location of(String path) {
        String near = path;
        while (!near.isEmpty()) {
            Location location = byPath.get(near);
            if (location != null) {
                return location;
            }
            int end = Math.max(near.lastIndexOf('.'), near.lastIndexOf('['));
            near = near.substring(0, Math.max(0, end));
        }
        return byPath.getOrDefault("", Location.START);
    }

    /** A mistake at a key's place. */
    public Problem problem(String path, String message) {
        Location at = of(path);
        return new Problem(at.line(), at.column(), path, message);
    }

    /** The problems as one exception, whose message shows the lines of this file. */
    public SpecException exception(List<Problem> problems) {
        return new SpecException(new ProblemReport(file, text).render(problems), problems);
    }
}
