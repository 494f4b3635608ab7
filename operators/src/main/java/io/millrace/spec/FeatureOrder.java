package io.millrace.spec;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Compares the declared features with the inputs that a model was trained on. */
public final class FeatureOrder {

    private static final String VECTOR = "features.vector";

    private FeatureOrder() {}

    /**
     * What differs, each at the line of its feature; empty where the two are the same.
     *
     * @param pipeline the pipeline and its file
     * @param modelFeatures the names that the model declares, in its order
     */
    public static List<Problem> compare(ParsedSpec pipeline, List<String> modelFeatures) {
        List<String> declared =
                pipeline.spec().features().vector().stream()
                        .map(FeaturesSpec.FeatureSpec::name)
                        .toList();
        Map<String, Integer> places = places(pipeline.spec().features().features());
        Locations locations = pipeline.locations();
        List<Problem> problems = new ArrayList<>();
        Set<String> known = new HashSet<>(modelFeatures);
        Set<String> unused = new LinkedHashSet<>(modelFeatures);
        declared.forEach(unused::remove);
        for (int i = 0; i < declared.size(); i++) {
            String name = declared.get(i);
            if (!known.contains(name)) {
                problems.add(
                        locations.problem(
                                pathOf(places.getOrDefault(name, 0)),
                                "is %s, which is not a feature of the model%s"
                                        .formatted(name, Suggestion.phrase(name, unused))));
            }
        }
        for (String name : unused) {
            problems.add(
                    locations.problem(
                            VECTOR,
                            "lacks %s, the model's feature %d of %d"
                                    .formatted(
                                            name,
                                            modelFeatures.indexOf(name) + 1,
                                            modelFeatures.size())));
        }
        if (problems.isEmpty()) {
            Set<String> inOrder = longestCommon(declared, modelFeatures);
            for (int i = 0; i < declared.size(); i++) {
                String name = declared.get(i);
                if (!inOrder.contains(name)) {
                    problems.add(
                            locations.problem(
                                    pathOf(places.getOrDefault(name, 0)),
                                    "is %s; in the model's order it must be feature %d of %d"
                                            .formatted(
                                                    name,
                                                    modelFeatures.indexOf(name) + 1,
                                                    modelFeatures.size())));
                }
            }
        }
        return problems;
    }

    /**
     * Where each feature is declared: internal ones stand between those that the model gets, and
     * elements of one column are declared at once.
     */
    private static Map<String, Integer> places(List<FeaturesSpec.FeatureSpec> features) {
        Map<String, Integer> places = new HashMap<>();
        int declarations = 0;
        for (FeaturesSpec.FeatureSpec feature : features) {
            if (!(feature instanceof FeaturesSpec.ElementSpec element) || element.index() == 0) {
                declarations++;
            }
            places.put(feature.name(), declarations - 1);
        }
        return places;
    }

    private static String pathOf(int feature) {
        return "%s[%d].name".formatted(VECTOR, feature);
    }

    /** The names that need not move: a longest common subsequence. */
    private static Set<String> longestCommon(List<String> a, List<String> b) {
        int[][] length = new int[a.size() + 1][b.size() + 1];
        for (int i = a.size() - 1; i >= 0; i--) {
            for (int j = b.size() - 1; j >= 0; j--) {
                length[i][j] =
                        a.get(i).equals(b.get(j))
                                ? length[i + 1][j + 1] + 1
                                : Math.max(length[i + 1][j], length[i][j + 1]);
            }
        }
        Set<String> common = new HashSet<>();
        int i = 0;
        int j = 0;
        while (i < a.size() && j < b.size()) {
            if (a.get(i).equals(b.get(j))) {
                common.add(a.get(i));
                i++;
                j++;
            } else if (length[i + 1][j] >= length[i][j + 1]) {
                i++;
            } else {
                j++;
            }
        }
        return common;
    }
}
