package io.millrace.spec;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is watched while the model scores.
 *
 * @param window how much event time the current window covers
 * @param slide from the start of one window to the next; the window is a multiple of it
 * @param rolling the windows before that are compared with; null where the reference profile is
 * @param learnRows of how many rows the profile of a version is made that has none; 0 for none
 * @param segment by whose values everything is also told apart, or null
 * @param categorical the features whose values are categories
 * @param reconstruction whether features are watched together too
 * @param alerts when drift becomes an alert
 * @param scoreDetectors what watches scores and missing features, row by row
 * @param quality how it is told how right scores were
 * @param guard when versions are promoted, retired and rolled back without a person; null for never
 * @param retrain when incidents ask for a new model; null for never
 */
public record MonitorSpec(
        Duration window,
        Duration slide,
        @Nullable RollingSpec rolling,
        int learnRows,
        @Nullable SegmentSpec segment,
        List<String> categorical,
        boolean reconstruction,
        AlertSpec alerts,
        List<NumberDetector> scoreDetectors,
        QualitySpec quality,
        @Nullable GuardSpec guard,
        @Nullable RetrainSpec retrain) {

    public MonitorSpec {
        categorical = List.copyOf(categorical);
        scoreDetectors = List.copyOf(scoreDetectors);
    }

    /**
     * A reference that moves with the windows.
     *
     * @param range how much event time it covers
     * @param gap how much event time lies between its end and the window's beginning
     */
    public record RollingSpec(Duration range, Duration gap) {}

    /**
     * When drift becomes an alert: where it is large, significant, lasting and supported by rows.
     *
     * @param minRows how many rows a window must have
     * @param alpha adjusted p-values below it are significant
     * @param ks the largest Kolmogorov-Smirnov distance of a number that is no drift
     * @param totalVariation the largest total variation distance of a category that is no drift
     * @param newCategories the largest share of rows of new categories that is no drift
     * @param missing the largest change of the share of missing values that is no drift
     * @param windows in how many windows of {@code of} a feature must have drifted
     * @param of of how many windows in a row, the current one among them
     * @param cooldown how long after an incident the same features raise no new one, unless it is
     *     more severe
     */
    public record AlertSpec(
            int minRows,
            double alpha,
            double ks,
            double totalVariation,
            double newCategories,
            double missing,
            int windows,
            int of,
            Duration cooldown) {}

    /**
     * How it is told how right scores were.
     *
     * @param horizon how long after its event a label counts
     * @param costOfFalsePositive what it costs to decide what is not so; NaN where nothing says so
     * @param costOfFalseNegative what it costs not to decide what is so
     * @param top of how many of the highest scores the precision is reported
     * @param detectors what watches decisions against labels, row by row
     */
    public record QualitySpec(
            Duration horizon,
            double costOfFalsePositive,
            double costOfFalseNegative,
            int top,
            List<Detector> detectors) {

        public QualitySpec {
            detectors = List.copyOf(detectors);
        }
    }

    /** What finds a change in a stream of numbers. */
    public enum Detector {
        ADWIN,
        PAGE_HINKLEY,
        DDM,
        EDDM,
        HDDM_A,
        HDDM_W,
        KSWIN
    }

    /** Those that take any number, not only what is so or not. */
    public enum NumberDetector {
        ADWIN(Detector.ADWIN),
        PAGE_HINKLEY(Detector.PAGE_HINKLEY),
        KSWIN(Detector.KSWIN);

        private final Detector detector;

        NumberDetector(Detector detector) {
            this.detector = detector;
        }

        public Detector detector() {
            return detector;
        }
    }
}
