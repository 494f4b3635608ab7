package io.millrace.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Whatever a file says, it is a pipeline or a list of problems. */
class SpecParserProperties {

    private static final String REFERENCE =
            ReferencePipeline.text().replaceAll("\\$\\{\\w+:-([^}]*)}", "$1");

    private static final List<Object> ODD_VALUES =
            List.of(
                    "",
                    " ",
                    "0",
                    -1,
                    1e308,
                    Double.NaN,
                    true,
                    "amount / 0",
                    "ROW<a INT>",
                    "P1D",
                    "999999999999999 d",
                    "${",
                    "${X}",
                    "\u0000",
                    List.of(),
                    List.of(List.of(1)),
                    Map.of(),
                    Map.of("name", "x"));

    @Property(tries = 150)
    void aDamagedTreeIsReportedNeverThrown(@ForAll Random random) {
        Object root = new Load(LoadSettings.builder().build()).loadFromString(REFERENCE);
        for (int i = random.nextInt(4); i >= 0; i--) {
            damage(root, random);
        }
        accept(new Dump(DumpSettings.builder().build()).dumpToString(root));
    }

    @Property(tries = 150)
    void aDamagedTextIsReportedNeverThrown(@ForAll Random random) {
        StringBuilder text = new StringBuilder(REFERENCE);
        String letters = "{}[]:,-&*!|>'\"%@`#\n\t ${}.ax0";
        for (int i = random.nextInt(8); i >= 0; i--) {
            int at = random.nextInt(text.length());
            if (random.nextBoolean()) {
                text.deleteCharAt(at);
            } else {
                text.insert(at, letters.charAt(random.nextInt(letters.length())));
            }
        }
        accept(text.toString());
    }

    private static void accept(String text) {
        try {
            SpecParser.parse(ReferencePipeline.FILE, text, name -> null);
        } catch (SpecException e) {
            long lines = Math.max(1, text.lines().count()) + 1;
            assertThat(e.problems()).isNotEmpty();
            assertThat(e.problems())
                    .allSatisfy(
                            problem -> {
                                assertThat((long) problem.line()).isBetween(1L, lines);
                                assertThat(problem.column()).isPositive();
                                assertThat(problem.message()).isNotBlank();
                            });
            assertThat(e.getMessage()).endsWith(" in card-fraud.yaml");
        }
    }

    @SuppressWarnings("unchecked")
    private static void damage(Object root, Random random) {
        List<Object> containers = new ArrayList<>();
        collect(root, containers);
        Object container = containers.get(random.nextInt(containers.size()));
        Object odd = ODD_VALUES.get(random.nextInt(ODD_VALUES.size()));
        int operation = random.nextInt(3);
        if (container instanceof Map<?, ?> raw) {
            Map<Object, Object> map = (Map<Object, Object>) raw;
            if (map.isEmpty()) {
                map.put("odd", odd);
                return;
            }
            Object key = new ArrayList<>(map.keySet()).get(random.nextInt(map.size()));
            switch (operation) {
                case 0 -> map.remove(key);
                case 1 -> map.put(key + "x", map.remove(key));
                default -> map.put(key, odd);
            }
        } else {
            List<Object> list = (List<Object>) container;
            if (list.isEmpty() || operation == 0) {
                list.add(odd);
            } else if (operation == 1) {
                list.remove(random.nextInt(list.size()));
            } else {
                list.set(random.nextInt(list.size()), odd);
            }
        }
    }

    private static void collect(Object node, List<Object> containers) {
        // The immutable odd values are leaves: what is damaged is the file's own.
        if (node instanceof java.util.LinkedHashMap<?, ?> map) {
            containers.add(map);
            map.values().forEach(value -> collect(value, containers));
        } else if (node instanceof ArrayList<?> list) {
            containers.add(list);
            list.forEach(item -> collect(item, containers));
        }
    }
}
