package io.millrace.tests.deployment;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.MetricOptions;
import org.apache.flink.runtime.taskexecutor.TaskManagerRunner;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;

/** Every option that this version of Flink declares, read from its class files. */
final class FlinkOptions {

    private static final List<Class<?>> ONE_OF_EACH_JAR =
            List.of(CoreOptions.class, TaskManagerRunner.class, EmbeddedRocksDBStateBackend.class);

    /** Keys whose last part anybody may choose: an environment variable's name. */
    private static final Pattern VARIABLE =
            Pattern.compile("containerized\\.(master|taskmanager)\\.env\\.[A-Z_]+");

    private static final Pattern REPORTER = Pattern.compile("metrics\\.reporter\\.(\\w+)\\.(.+)");

    /**
     * What the Prometheus reporter takes beyond what every reporter does; it declares no option.
     */
    private static final String REPORTER_PORT = "port";

    private final Map<String, ConfigOption<?>> byKey;

    private FlinkOptions(Map<String, ConfigOption<?>> byKey) {
        this.byKey = byKey;
    }

    static FlinkOptions declared() throws IOException, ReflectiveOperationException {
        var byKey = new TreeMap<String, ConfigOption<?>>();
        for (Class<?> type : ONE_OF_EACH_JAR) {
            for (String className : optionClasses(type)) {
                collect(Class.forName(className), byKey);
            }
        }
        return new FlinkOptions(byKey);
    }

    /** The values of a configuration, each of its option's type; every key must be declared. */
    Map<String, Object> values(Configuration configuration) {
        var values = new TreeMap<String, Object>();
        for (String key : configuration.keySet()) {
            values.put(key, configuration.get(Objects.requireNonNull(byKey.get(key), key)));
        }
        return values;
    }

    /** What is wrong with a configuration; deprecated keys are unknown here. */
    List<String> problems(Configuration configuration) {
        var problems = new ArrayList<String>();
        new TreeMap<>(configuration.toMap())
                .forEach(
                        (key, value) -> {
                            String problem = problem(configuration, key);
                            if (!problem.isEmpty()) {
                                problems.add("%s is %s; %s".formatted(key, value, problem));
                            }
                        });
        return problems;
    }

    private String problem(Configuration configuration, String key) {
        if (VARIABLE.matcher(key).matches()) {
            return "";
        }
        Matcher reporter = REPORTER.matcher(key);
        if (reporter.matches()) {
            return reporter.group(2).equals(REPORTER_PORT)
                    ? ""
                    : problemOfOption(
                            MetricOptions.forReporter(configuration, reporter.group(1)),
                            reporter.group(2));
        }
        return problemOfOption(configuration, key);
    }

    private String problemOfOption(Configuration configuration, String key) {
        ConfigOption<?> option = byKey.get(key);
        if (option == null) {
            return "it must be one of the %d options that Flink declares".formatted(byKey.size());
        }
        try {
            configuration.get(option);
            return "";
        } catch (IllegalArgumentException e) {
            return "it must be what the option takes: " + e.getMessage();
        }
    }

    private static List<String> optionClasses(Class<?> type) throws IOException {
        try (var jar = new JarFile(jarOf(type).toFile())) {
            return jar.stream()
                    .map(entry -> entry.getName())
                    .filter(name -> name.matches("org/apache/flink/.*Options\\.class"))
                    // The start scripts' arguments, which need a library that only scripts have.
                    .filter(name -> !name.endsWith("CommandLineOptions.class"))
                    .map(name -> name.substring(0, name.length() - 6).replace('/', '.'))
                    .toList();
        }
    }

    private static Path jarOf(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void collect(Class<?> options, Map<String, ConfigOption<?>> byKey)
            throws IllegalAccessException {
        for (Field field : options.getDeclaredFields()) {
            if (field.getType() == ConfigOption.class
                    && Modifier.isStatic(field.getModifiers())
                    && Modifier.isPublic(field.getModifiers())
                    && Modifier.isPublic(options.getModifiers())) {
                ConfigOption<?> option = (ConfigOption<?>) field.get(null);
                byKey.put(option.key(), option);
            }
        }
    }
}
