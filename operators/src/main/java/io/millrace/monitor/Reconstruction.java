package io.millrace.monitor;

import java.util.List;

/**
 * Tells how far vectors lie from what {@link PrincipalComponents} span. It keeps its steps between
 * two vectors: not safe for concurrent use.
 */
final class Reconstruction {
    private final PrincipalComponents principal;
    private final List<PrincipalComponents.Column> columns;
    private final double[][] components;
    private final int[] places;
    private final List<Encoding> encodings;
    private final double[] rest;

    /**
     * @param places of each column, that of its feature in a vector
     */
    Reconstruction(PrincipalComponents principal, int[] places, List<Encoding> encodings) {
        this.principal = principal;
        this.columns = principal.columns();
        this.components = principal.components();
        this.places = places;
        this.encodings = List.copyOf(encodings);
        this.rest = new double[places.length];
    }

    /** The length of what the components leave of a standardised vector; at least 0. */
    double error(double[] features) {
        for (int i = 0; i < rest.length; i++) {
            double value = places[i] < features.length ? features[places[i]] : Double.NaN;
            rest[i] = columns.get(i).standardised(encodings.get(i).of(value));
        }
        // Of the rest, not of the vector: the components are orthogonal, and rounding errors of one
        // are the next one's to take away.
        for (double[] component : components) {
            double along = 0;
            for (int i = 0; i < rest.length; i++) {
                along += component[i] * rest[i];
            }
            for (int i = 0; i < rest.length; i++) {
                rest[i] -= along * component[i];
            }
        }
        double squares = 0;
        for (double left : rest) {
            squares += left * left;
        }
        return Math.sqrt(squares);
    }

    /**
     * What the components left of each feature of the last vector: the error's square is the sum of
     * their squares. Valid until the next one.
     */
    double[] rest() {
        return rest;
    }

    /** The errors of some rows, as a reference. */
    FeatureReference errors(double[][] rows) {
        var errors = new NumberSample(Watched.RECONSTRUCTION);
        for (double[] row : rows) {
            errors.add(error(row));
        }
        return errors.reference();
    }

    /** Of each feature, the mean square of what the components leave of it in some rows. */
    double[] residuals(double[][] rows) {
        var squares = new double[rest.length];
        int finite = 0;
        for (double[] row : rows) {
            if (Double.isFinite(error(row))) {
                finite++;
                for (int i = 0; i < rest.length; i++) {
                    squares[i] += rest[i] * rest[i];
                }
            }
        }
        for (int i = 0; i < squares.length; i++) {
            squares[i] /= Math.max(1, finite);
        }
        return squares;
    }

    PrincipalComponents principal() {
        return principal;
    }
}
