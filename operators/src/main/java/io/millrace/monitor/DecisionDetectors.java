package io.millrace.monitor;

import io.millrace.spec.MonitorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Watches the wrong decisions of one model version, row by row.
 *
 * <p>A row is 1 where the decision was wrong. The Page-Hinkley test, whose settings are in the unit
 * of the numbers, gets it standardised where a reference says how many are expected to be wrong:
 * less that share, in its standard deviations.
 */
final class DecisionDetectors {

    /** The share of wrong decisions is that of about so many of the last rows. */
    private static final double RECENT = 100;

    private static final int HEAD = 2 * RunningMean.LENGTH + 1;

    /** Five times the usual one: it still raises one false alarm in two million rows. */
    private static final double ADWIN_DELTA = 0.01;

    private final List<Watch> watches = new ArrayList<>();

    DecisionDetectors(List<MonitorSpec.Detector> detectors) {
        detectors.forEach(detector -> watches.add(new Watch(detector)));
    }

    /**
     * A change that was found.
     *
     * @param detector what found it
     * @param row at which row
     * @param rows how many rows it had watched since it started, or since its last alarm
     * @param share of them that was wrong
     * @param recentShare the same of the last of them
     */
    record Change(
            MonitorSpec.Detector detector,
            DecisionRow row,
            long rows,
            double share,
            double recentShare) {}

    List<Change> apply(DecisionRow row) {
        List<Change> changes = new ArrayList<>();
        for (Watch watch : watches) {
            if (watch.update(row)) {
                changes.add(watch.change(row));
            }
        }
        return changes;
    }

    DecisionMemory memory() {
        Map<String, double[]> byDetector = new LinkedHashMap<>();
        watches.forEach(watch -> byDetector.put(watch.detector.name(), watch.memory()));
        return new DecisionMemory(byDetector);
    }

    /** Goes on from a memory; a detector that is not in it starts anew. */
    void recall(DecisionMemory memory) {
        for (Watch watch : watches) {
            if (memory.byDetector().containsKey(watch.detector.name())) {
                watch.recall(memory.byDetector().get(watch.detector.name()));
            } else {
                watch.forget();
            }
        }
    }

    private static Detector start(MonitorSpec.Detector detector) {
        return switch (detector) {
            case ADWIN -> new Adwin(ADWIN_DELTA);
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
        private final RunningMean wrong = new RunningMean();
        private final RunningMean expected = new RunningMean();
        private Detector change;
        private double recent;
        private boolean isAlarmed;

        Watch(MonitorSpec.Detector detector) {
            this.detector = detector;
            this.change = start(detector);
        }

        boolean update(DecisionRow row) {
            if (isAlarmed) {
                wrong.clear();
            }
            double number = row.isWrong() ? 1 : 0;
            recent = wrong.count() == 0 ? number : recent + (number - recent) / RECENT;
            wrong.add(number);
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

        Change change(DecisionRow row) {
            return new Change(detector, row, wrong.count(), wrong.mean(), recent);
        }

        double[] memory() {
            double[] own = change.memory();
            double[] memory = new double[HEAD + 1 + own.length];
            wrong.write(memory, 0);
            expected.write(memory, RunningMean.LENGTH);
            memory[HEAD - 1] = recent;
            memory[HEAD] = isAlarmed ? 1 : 0;
            System.arraycopy(own, 0, memory, HEAD + 1, own.length);
            return memory;
        }

        void forget() {
            change = start(detector);
            wrong.clear();
            expected.clear();
            recent = 0;
            isAlarmed = false;
        }

        void recall(double[] memory) {
            wrong.read(memory, 0);
            expected.read(memory, RunningMean.LENGTH);
            recent = memory[HEAD - 1];
            isAlarmed = memory[HEAD] == 1;
            change.recall(Arrays.copyOfRange(memory, HEAD + 1, memory.length));
        }
    }
}
