package io.millrace.monitor;

import io.millrace.record.FeatureDrift.Kind;
import io.millrace.record.FeatureDrift.Role;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rows of which a reference is made: all of a profile's, or those of one segment. */
final class ReferenceSample {
    /**
     * So many numbers of a segment's series are kept as they are: they weigh what a sketch does.
     */
    private static final int EXACT_OF_SEGMENT = 10_000;

    private static final int ROWS_OF_SEGMENT = 2_000;

    private final List<SeriesSample> series = new ArrayList<>();

    /** Rows as they are, to see features together; null where nobody asks for that. */
    private final @Nullable RowSample together;

    private long rows;

    private ReferenceSample(List<Watched> watched, int exact, int mostRows) {
        int features = 0;
        for (Watched one : watched) {
            if (one.role() != Role.RECONSTRUCTION) {
                series.add(
                        one.kind() == Kind.NUMERIC
                                ? new NumberSample(one, exact)
                                : new CategorySample(one));
            }
            features += one.role() == Role.FEATURE ? 1 : 0;
        }
        together =
                watched.contains(Watched.RECONSTRUCTION) ? new RowSample(features, mostRows) : null;
    }

    static ReferenceSample ofAll(List<Watched> watched) {
        return new ReferenceSample(watched, NumberSample.EXACT, RowSample.MOST_ROWS);
    }

    /** There may be many segments: of each, less is kept. */
    static ReferenceSample ofSegment(List<Watched> watched) {
        return new ReferenceSample(watched, EXACT_OF_SEGMENT, ROWS_OF_SEGMENT);
    }

    /** A row's features, in the order that the model declares. */
    void add(double[] features) {
        rows++;
        for (int i = 0; i < features.length; i++) {
            series.get(i).add(features[i]);
        }
        if (together != null) {
            together.add(features);
        }
    }

    /** What the model says of a row, and what the policy makes of that. */
    void add(double score, String decision) {
        series.get(series.size() - 2).add(score);
        series.get(series.size() - 1).add(decision);
    }

    long rows() {
        return rows;
    }

    /** The references of the features, the score and the decision. */
    List<FeatureReference> series() {
        return series.stream().map(SeriesSample::reference).toList();
    }

    /** Some of the rows as they are; none where nobody sees features together. */
    double[][] together() {
        return together == null ? new double[0][] : together.rows();
    }

    /**
     * The reference of these rows as those of a segment.
     *
     * @param reconstruction tells what the features of all rows are together; null where nobody
     *     asks for that
     */
    SegmentReference of(String segment, @Nullable Reconstruction reconstruction) {
        var references = new ArrayList<FeatureReference>(series());
        if (reconstruction == null) {
            return new SegmentReference(segment, references, new double[0]);
        }
        references.add(reconstruction.errors(together()));
        return new SegmentReference(segment, references, reconstruction.residuals(together()));
    }
}
