package io.millrace.spec;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The known word that a misspelt one most likely stands for. */
final class Suggestion {

    private Suggestion() {}

    /**
     * The nearest candidate, or null where none is near: at most one edit per three letters, and
     * one in any case.
     */
    static @Nullable String of(String word, Collection<String> candidates) {
        @Nullable String nearest = null;
        int fewest = Math.max(1, word.length() / 3) + 1;
        for (String candidate : candidates) {
            int edits = edits(folded(word), folded(candidate));
            if (edits < fewest) {
                nearest = candidate;
                fewest = edits;
            }
        }
        return nearest;
    }

    /** The end of a message: {@code ; did you mean amount?}, or nothing. */
    static String phrase(String word, Collection<String> candidates) {
        String nearest = of(word, candidates);
        return nearest == null ? "" : "; did you mean " + nearest + "?";
    }

    private static String folded(String word) {
        return word.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment). */
    private static int edits(String a, String b) {
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    cost[i][j] = i + j;
                    continue;
                }
                int substitution = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                cost[i][j] =
                        Math.min(
                                cost[i - 1][j - 1] + substitution,
                                Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
                boolean swapped =
                        i > 1
                                && j > 1
                                && a.charAt(i - 1) == b.charAt(j - 2)
                                && a.charAt(i - 2) == b.charAt(j - 1);
                if (swapped) {
                    cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
                }
            }
        }
        return cost[a.length()][b.length()];
    }
}
