package io.millrace.monitor;

import io.millrace.record.FeatureDrift.Contributor;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Ranks the features that reconstruction errors are made of: first the one whose mean square
 * differs most from that of the reference's rows. A feature that has little in common with others
 * has a large share of the errors at all times, and is not to blame for a change.
 */
final class Contributors {
    /** So many at most: of hundreds of features most say nothing. */
    static final int MOST = 20;

    private Contributors() {}

    /**
     * Those of some rows; none where there is no error at all.
     *
     * @param squares of each feature, the sum of the squares of what the components leave of it
     * @param rows how many rows they are of
     */
    static List<Contributor> of(PrincipalComponents principal, double[] squares, long rows) {
        double all = Arrays.stream(squares).sum();
        if (!(all > 0)) {
            return List.of();
        }
        double[] reference = principal.residuals();
        boolean isKnown = reference.length > 0;
        double allOfReference = Arrays.stream(reference).sum();
        var changes = new double[squares.length];
        for (int i = 0; i < changes.length; i++) {
            changes[i] = Math.abs(squares[i] / rows - (isKnown ? reference[i] : 0));
        }
        return IntStream.range(0, squares.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -changes[i]))
                .limit(MOST)
                .map(
                        i ->
                                new Contributor(
                                        principal.columns().get(i).name(),
                                        squares[i] / all,
                                        isKnown ? reference[i] / allOfReference : Double.NaN))
                .toList();
    }
}
