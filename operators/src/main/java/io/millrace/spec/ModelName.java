package io.millrace.spec;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a registered model, or of many: with columns of the event in it, whose values say
 * which of them an event is for, as in <code>fraud-${country}</code>.
 *
 * @param literals what stands before, between and after the columns: one more than these
 * @param columns the columns in their order; empty where the name is one model's
 */
public record ModelName(List<String> literals, List<String> columns) implements Serializable {
    private static final long serialVersionUID = 1L;

    private static final Pattern COLUMN = Pattern.compile("\\$\\{([^{}]*)}");

    public ModelName {
        literals = List.copyOf(literals);
        columns = List.copyOf(columns);
    }

    /** The name that a text says. */
    public static ModelName of(String text) {
        List<String> literals = new ArrayList<>();
        List<String> columns = new ArrayList<>();
        Matcher column = COLUMN.matcher(text);
        int end = 0;
        while (column.find()) {
            literals.add(text.substring(end, column.start()));
            columns.add(column.group(1));
            end = column.end();
        }
        literals.add(text.substring(end));
        return new ModelName(literals, columns);
    }

    /** Whether it names one model, whatever the event. */
    public boolean isOne() {
        return columns.isEmpty();
    }

    /** Whether some values of the columns give a model's name. */
    public boolean matches(String model) {
        var pattern = new StringBuilder(Pattern.quote(literals.get(0)));
        for (String literal : literals.subList(1, literals.size())) {
            pattern.append(".+").append(Pattern.quote(literal));
        }
        return model.matches(pattern.toString());
    }

    /** The name with something in the place of each column. */
    public String with(List<String> values) {
        var name = new StringBuilder(literals.get(0));
        for (int i = 0; i < values.size(); i++) {
            name.append(values.get(i)).append(literals.get(i + 1));
        }
        return name.toString();
    }

    /** As the pipeline's file writes it. */
    @Override
    public String toString() {
        return with(columns.stream().map(column -> "${" + column + "}").toList());
    }
}
