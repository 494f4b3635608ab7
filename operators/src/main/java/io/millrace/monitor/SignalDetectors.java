package io.millrace.monitor;

import io.millrace.spec.MonitorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Watches one signal of a model version, row by row.
 *
 * <p>The Page-Hinkley test, whose settings are in the unit of the numbers, gets what is so or not
 * standardised where a reference says how often it is expected to be: less that share, in its
 * standard deviations.
 */
final class SignalDetectors {

    /** The recent mean is that of about so many of the last rows. */
    private static final double RECENT = 100;

    private static final int HEAD = 2 * RunningMean.LENGTH + 1;

    /** ADWIN's usual one, for numbers. */
    static final double USUAL_DELTA = 0.002;

    /** Five times that: of what is so or not, one false alarm in a million rows comes of it. */
    static final double DECISIONS_DELTA = 0.01;

    private final List<Watch> watches = new ArrayList<>();

    /**
     * @param delta how likely ADWIN may raise a false alarm, by the bound that it uses
     */
    SignalDetectors(List<MonitorSpec.Detector> detectors, double delta) {
        detectors.forEach(detector -> watches.add(new Watch(detector, delta)));
    }

    /**
     * A change that was found.
     *
     * @param detector what found it
     * @param row at which row
     * @param rows how many rows it had watched since it started, or since its last alarm
     * @param mean theirs
     * @param recentMean that of the last of them
     */
    record Change(
            MonitorSpec.Detector detector,
            SignalRow row,
            long rows,
            double mean,
            double recentMean) {}

    List<Change> apply(SignalRow row) {
        List<Change> changes = new ArrayList<>();
        for (Watch watch : watches) {
            if (watch.update(row)) {
                changes.add(watch.change(row));
            }
        }
        return changes;
    }

    DetectorMemory memory() {
        Map<String, double[]> byDetector = new LinkedHashMap<>();
        watches.forEach(watch -> byDetector.put(watch.detector.name(), watch.memory()));
        return new DetectorMemory(byDetector);
    }

    /** Goes on from a memory; a detector that is not in it starts anew. */
    void recall(DetectorMemory memory) {
        for (Watch watch : watches) {
            if (memory.byDetector().containsKey(watch.detector.name())) {
                watch.recall(memory.byDetector().get(watch.detector.name()));
            } else {
                watch.forget();
            }
        }
    }

    private static Detector start(MonitorSpec.Detector detector, double delta) {
        return switch (detector) {
            case ADWIN -> new Adwin(delta);
            case PAGE_HINKLEY -> new PageHinkley(PageHinkley.Settings.DEFAULT);
            case DDM -> new Ddm();
            case EDDM -> new Eddm(Eddm.Settings.DEFAULT);
            case HDDM_A -> new HddmA(false);
            case HDDM_W -> new HddmW(false);
            case KSWIN -> new Kswin(Kswin.Settings.DEFAULT);
        };
    }

    /** One detector and what its alarms are told with. */
    private static final class Watch {
        private final MonitorSpec.Detector detector;
        private final double delta;
        private final RunningMean seen = new RunningMean();
        private final RunningMean expected = new RunningMean();
        private Detector change;
        private double recent;
        private boolean isAlarmed;

        Watch(MonitorSpec.Detector detector, double delta) {
            this.detector = detector;
            this.delta = delta;
            this.change = start(detector, delta);
        }

        boolean update(SignalRow row) {
            if (isAlarmed) {
                seen.clear();
            }
            double number = row.value();
            recent = seen.count() == 0 ? number : recent + (number - recent) / RECENT;
            seen.add(number);
            if (!Double.isNaN(row.expected())) {
                expected.add(row.expected());
            }
            isAlarmed = change.update(standardised(number)) == Detector.Level.ALARM;
            return isAlarmed;
        }

        private double standardised(double number) {
            double share = expected.mean();
            boolean isKnown = expected.count() > 0 && share > 0 && share < 1;
            return detector == MonitorSpec.Detector.PAGE_HINKLEY && isKnown
                    ? (number - share) / Math.sqrt(share * (1 - share))
                    : number;
        }

        Change change(SignalRow row) {
            return new Change(detector, row, seen.count(), seen.mean(), recent);
        }

        double[] memory() {
            double[] own = change.memory();
            double[] memory = new double[HEAD + 1 + own.length];
            seen.write(memory, 0);
            expected.write(memory, RunningMean.LENGTH);
            memory[HEAD - 1] = recent;
            memory[HEAD] = isAlarmed ? 1 : 0;
            System.arraycopy(own, 0, memory, HEAD + 1, own.length);
            return memory;
        }

        void forget() {
            change = start(detector, delta);
            seen.clear();
            expected.clear();
            recent = 0;
            isAlarmed = false;
        }

        void recall(double[] memory) {
            seen.read(memory, 0);
            expected.read(memory, RunningMean.LENGTH);
            recent = memory[HEAD - 1];
            isAlarmed = memory[HEAD] == 1;
            change.recall(Arrays.copyOfRange(memory, HEAD + 1, memory.length));
        }
    }
}
