package io.millrace.monitor;

import io.millrace.record.QualityReport;

/** How differently the segments of a window fare. */
final class Fairness {
    private final Spread decided = new Spread();
    private final Spread recalled = new Spread();
    private final Spread alarmed = new Spread();
    private int segments;

    private Fairness() {}

    /**
     * @param reports of a window, one for each segment
     * @param minRows segments of fewer rows do not count
     */
    static QualityReport.Fairness of(Iterable<QualityReport> reports, long minRows) {
        var fairness = new Fairness();
        for (QualityReport report : reports) {
            if (report.rows() >= minRows) {
                fairness.add(report);
            }
        }
        return fairness.differences();
    }

    private void add(QualityReport report) {
        var confusion = report.confusion();
        segments++;
        decided.add((double) report.decided() / report.rows());
        recalled.add((double) confusion.truePositives() / confusion.positives());
        alarmed.add((double) confusion.falsePositives() / confusion.negatives());
    }

    private QualityReport.Fairness differences() {
        double recall = recalled.difference();
        double alarms = alarmed.difference();
        return new QualityReport.Fairness(
                segments, decided.difference(), decided.ratio(), recall, Math.max(recall, alarms));
    }

    /** The smallest and the largest of shares, but for those of nothing. */
    private static final class Spread {
        private int count;
        private double smallest = Double.NaN;
        private double largest = Double.NaN;

        void add(double share) {
            if (Double.isNaN(share)) {
                return;
            }
            smallest = count == 0 ? share : Math.min(smallest, share);
            largest = count == 0 ? share : Math.max(largest, share);
            count++;
        }

        /** NaN where there are not two to compare. */
        double difference() {
            return count < 2 ? Double.NaN : largest - smallest;
        }

        /** NaN where there are not two to compare, or all are 0. */
        double ratio() {
            return count < 2 ? Double.NaN : smallest / largest;
        }
    }
}
