package io.millrace.tests.deployment;

import io.millrace.tests.Repository;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * What {@code kubectl kustomize} makes of a folder, as far as this repository uses it: resources,
 * JSON patches, namespaces, generated ConfigMaps. Anything else is refused rather than ignored.
 */
final class Kustomization {

    private static final Set<String> UNDERSTOOD =
            Set.of(
                    "apiVersion",
                    "kind",
                    "namespace",
                    "resources",
                    "patches",
                    "configMapGenerator",
                    "configurations");

    private final Path folder;
    private final Map<String, Object> content;

    private Kustomization(Path folder) {
        this.folder = folder;
        this.content = Repository.yaml(folder.resolve("kustomization.yaml"));
        if (!UNDERSTOOD.containsAll(content.keySet())) {
            throw new IllegalStateException(
                    "%s has %s; this test understands %s"
                            .formatted(folder, content.keySet(), UNDERSTOOD));
        }
    }

    static Kustomization in(String folder) {
        return new Kustomization(Repository.path(folder));
    }

    /** All resources, the base's first, with this folder's patches applied. */
    List<Map<String, Object>> resources() {
        var resources = new ArrayList<Map<String, Object>>();
        for (Object name : list(content, "resources")) {
            Path resource = folder.resolve((String) name).normalize();
            if (Files.isDirectory(resource)) {
                resources.addAll(new Kustomization(resource).resources());
            } else {
                resources.add(Repository.yaml(resource));
            }
        }
        for (Object patch : list(content, "patches")) {
            apply(map(patch), resources);
        }
        return resources;
    }

    /** The one resource of a kind. */
    Map<String, Object> resource(String kind) {
        List<Map<String, Object>> found =
                resources().stream().filter(one -> kind.equals(one.get("kind"))).toList();
        if (found.size() != 1) {
            throw new IllegalStateException(
                    "%s has %d of kind %s; it must have one".formatted(folder, found.size(), kind));
        }
        return found.get(0);
    }

    /** The files that generated ConfigMaps carry, by {@code map/key}. */
    Map<String, Path> generatedFiles() {
        var files = new java.util.TreeMap<String, Path>();
        for (Object generator : list(content, "configMapGenerator")) {
            for (Object file : list(map(generator), "files")) {
                String[] keyAndPath = ((String) file).split("=", 2);
                files.put(
                        map(generator).get("name") + "/" + keyAndPath[0],
                        folder.resolve(keyAndPath[1]).normalize());
            }
        }
        return files;
    }

    private void apply(Map<String, Object> patch, List<Map<String, Object>> resources) {
        Map<String, Object> target = map(patch.get("target"));
        List<Map<String, Object>> hit =
                resources.stream()
                        .filter(one -> one.get("kind").equals(target.get("kind")))
                        .filter(
                                one ->
                                        map(one.get("metadata"))
                                                .get("name")
                                                .equals(target.get("name")))
                        .toList();
        if (hit.isEmpty()) {
            throw new IllegalStateException(
                    "%s patches %s, which no resource is".formatted(folder, target));
        }
        var operations =
                (List<?>)
                        new Load(LoadSettings.builder().build())
                                .loadFromString((String) patch.get("patch"));
        hit.forEach(one -> operations.forEach(operation -> JsonPatch.apply(map(operation), one)));
    }

    private static List<?> list(Map<String, Object> content, String name) {
        return (List<?>) content.getOrDefault(name, List.of());
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object value) {
        return (Map<String, Object>) value;
    }
}
