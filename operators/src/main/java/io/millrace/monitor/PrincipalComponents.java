package io.millrace.monitor;

import io.millrace.record.FeatureDrift.Role;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.jspecify.annotations.Nullable;

/**
 * What the features of a reference have in common: the first principal components of its
 * standardised features, as many as explain more than {@value #EXPLAINED} of their variance. How
 * far a row lies from what they span, its reconstruction error, tells of features that no longer
 * depend on each other as they did, though each alone is as it was.
 *
 * <p>A feature is standardised by the mean and the population's standard deviation of the
 * reference, a constant one by its mean alone. A missing number is the mean. A category is the
 * share of the reference's values that are of it, a missing one the most frequent. (Reconstruction
 * by PCA as NannyML defines it.)
 *
 * @param columns the features
 * @param components unit vectors, each with an element for each feature
 * @param residuals of each feature, the mean square of what the components leave of it in the
 *     reference's rows; empty where the profile was made before that was kept
 */
// A part of a profile, which is never compared.
@SuppressWarnings("ArrayRecordComponent")
record PrincipalComponents(List<Column> columns, double[][] components, double[] residuals) {
    static final double EXPLAINED = 0.65;

    PrincipalComponents {
        columns = List.copyOf(columns);
    }

    /**
     * A feature.
     *
     * @param scale its standard deviation; 1 where that is 0
     */
    record Column(String name, double mean, double scale) {

        double standardised(double value) {
            return Double.isFinite(value) ? (value - mean) / scale : 0;
        }
    }

    /**
     * Those of some rows; null where fewer than two features have more than one value, and so
     * nothing in common.
     *
     * @param series of the reference that the rows are of; its features are their columns
     */
    static @Nullable PrincipalComponents of(List<FeatureReference> series, double[][] rows) {
        var columns = new ArrayList<Column>();
        var standardised = new ArrayList<double[]>();
        for (int place = 0; place < series.size(); place++) {
            FeatureReference reference = series.get(place);
            if (reference.role() == Role.FEATURE && reference.valid() > 0) {
                double[] values = new Encoding(reference).column(rows, place);
                var column = column(reference.name(), values);
                columns.add(column);
                standardised.add(
                        IntStream.range(0, values.length)
                                .mapToDouble(row -> column.standardised(values[row]))
                                .toArray());
            }
        }
        return ofStandardised(columns, standardised);
    }

    private static Column column(String name, double[] values) {
        var moments = new Moments();
        for (double value : values) {
            if (Double.isFinite(value)) {
                moments.add(value);
            }
        }
        double mean = moments.mean();
        double squares = 0;
        for (double value : values) {
            squares += Double.isFinite(value) ? (value - mean) * (value - mean) : 0;
        }
        double std = Math.sqrt(squares / values.length);
        return new Column(name, mean, std > 0 ? std : 1);
    }

    private static @Nullable PrincipalComponents ofStandardised(
            List<Column> columns, List<double[]> values) {
        int width = columns.size();
        if (width < 2) {
            return null;
        }
        var covariance = new DMatrixRMaj(width, width);
        double variance = 0;
        for (int i = 0; i < width; i++) {
            for (int j = i; j < width; j++) {
                double product = product(values.get(i), values.get(j));
                covariance.set(i, j, product);
                covariance.set(j, i, product);
            }
            variance += covariance.get(i, i);
        }
        var eigen = DecompositionFactory_DDRM.eig(width, true, true);
        if (variance == 0 || !eigen.decompose(covariance)) {
            return null;
        }
        List<Integer> largestFirst =
                IntStream.range(0, width)
                        .boxed()
                        .sorted(
                                Comparator.comparingDouble(
                                        component -> -eigen.getEigenvalue(component).real))
                        .toList();
        var kept = new ArrayList<double[]>();
        double explained = 0;
        var residuals = new double[width];
        for (int component : largestFirst) {
            double along = eigen.getEigenvalue(component).real;
            double[] vector = eigen.getEigenVector(component).data;
            if (explained <= EXPLAINED * variance) {
                explained += along;
                kept.add(vector);
                continue;
            }
            for (int i = 0; i < width; i++) {
                residuals[i] += Math.max(0, along) * vector[i] * vector[i];
            }
        }
        return new PrincipalComponents(columns, kept.toArray(double[][]::new), residuals);
    }

    private static double product(double[] one, double[] other) {
        double sum = 0;
        for (int row = 0; row < one.length; row++) {
            sum += one[row] * other[row];
        }
        return sum / one.length;
    }

    /** The same of other rows, which the components leave more or less of. */
    PrincipalComponents with(double[] otherResiduals) {
        return new PrincipalComponents(columns, components, otherResiduals);
    }

    /**
     * The reconstruction errors of vectors; null where a feature is no longer among them.
     *
     * @param series of the reference of which these are the components
     */
    @Nullable Reconstruction of(List<Watched> watched, List<FeatureReference> series) {
        int[] places = new int[columns.size()];
        var encodings = new ArrayList<Encoding>();
        for (int i = 0; i < places.length; i++) {
            String name = columns.get(i).name();
            Watched found = null;
            for (Watched one : watched) {
                if (one.role() == Role.FEATURE && one.name().equals(name)) {
                    found = one;
                }
            }
            FeatureReference reference = FeatureReference.find(series, name, Role.FEATURE);
            if (found == null || reference == null) {
                return null;
            }
            places[i] = found.place();
            encodings.add(new Encoding(reference));
        }
        return new Reconstruction(this, places, encodings);
    }
}
