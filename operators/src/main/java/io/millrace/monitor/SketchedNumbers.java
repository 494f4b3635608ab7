package io.millrace.monitor;

import static org.apache.datasketches.quantilescommon.QuantileSearchCriteria.INCLUSIVE;

import org.apache.datasketches.kll.KllDoublesSketch;

/** What a sketch of numbers says of their distribution. */
final class SketchedNumbers {

    private SketchedNumbers() {}

    static NumericReference reference(
            Watched watched, KllDoublesSketch sketch, Moments moments, long missing) {
        double[] deciles = edges(sketch, NumericReference.DECILES);
        double[] edges = NumericReference.fine(deciles, edges(sketch, NumericReference.FINE));
        long rows = sketch.getN();
        var counts = new long[edges.length + 1];
        var points = new double[edges.length + 1];
        double from = 0;
        long upTo = 0;
        for (int bin = 0; bin < counts.length; bin++) {
            double to = bin == edges.length ? 1 : sketch.getRank(edges[bin], INCLUSIVE);
            long last = Math.round(to * rows);
            counts[bin] = last - upTo;
            points[bin] = point(sketch, edges, bin, (from + to) / 2);
            from = to;
            upTo = last;
        }
        return new NumericReference(
                watched.name(),
                watched.role(),
                rows + missing,
                missing,
                deciles,
                edges,
                counts,
                points,
                sketch.getMinItem(),
                sketch.getMaxItem(),
                moments.mean(),
                moments.std(),
                sketch.getNormalizedRankError(false));
    }

    private static double[] edges(KllDoublesSketch sketch, int parts) {
        var edges = new double[parts - 1];
        for (int part = 1; part < parts; part++) {
            edges[part - 1] = sketch.getQuantile((double) part / parts, INCLUSIVE);
        }
        return Quantiles.distinct(edges);
    }

    /** Where the rows of a bin stand: at the one in their middle. */
    private static double point(KllDoublesSketch sketch, double[] edges, int bin, double middle) {
        double point = sketch.getQuantile(middle, INCLUSIVE);
        double low = bin == 0 ? sketch.getMinItem() : edges[bin - 1];
        double high = bin == edges.length ? sketch.getMaxItem() : edges[bin];
        return Math.max(low, Math.min(high, point));
    }
}
