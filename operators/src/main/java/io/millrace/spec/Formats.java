package io.millrace.spec;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.flink.table.factories.DeserializationFormatFactory;
import org.apache.flink.table.factories.Factory;

/** The Flink formats that could decode a topic. */
final class Formats {

    /** These describe changes to rows, not rows. */
    private static final List<String> CHANGELOGS = List.of("debezium", "canal", "maxwell", "ogg");

    private Formats() {}

    /** The names of the options of each format on the class path. */
    static Map<String, Set<String>> onClassPath() {
        Map<String, Set<String>> formats = new TreeMap<>();
        for (DeserializationFormatFactory factory : factories()) {
            String name = factory.factoryIdentifier();
            if (CHANGELOGS.stream().noneMatch(name::startsWith)) {
                Set<String> options = new TreeSet<>();
                factory.requiredOptions().forEach(option -> options.add(option.key()));
                factory.optionalOptions().forEach(option -> options.add(option.key()));
                formats.put(name, options);
            }
        }
        return Collections.unmodifiableMap(formats);
    }

    private static List<DeserializationFormatFactory> factories() {
        List<DeserializationFormatFactory> factories = new ArrayList<>();
        Iterator<Factory> services =
                ServiceLoader.load(Factory.class, Formats.class.getClassLoader()).iterator();
        while (true) {
            try {
                if (!services.hasNext()) {
                    return factories;
                }
                if (services.next() instanceof DeserializationFormatFactory format) {
                    factories.add(format);
                }
            } catch (ServiceConfigurationError | NoClassDefFoundError e) {
                // A factory whose own libraries are not there is none that a pipeline can use;
                // whoever names its format reads that it is not on the class path.
            }
        }
    }
}
