package io.millrace.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.record.Alert;
import io.millrace.record.DriftReport;
import io.millrace.record.FeatureDrift.Kind;
import io.millrace.record.FeatureDrift.Role;
import io.millrace.record.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How often incidents are raised where there is no drift, and how soon where there is. */
class AlarmRateTest {
    private static final DriftRule RULE =
            new DriftRule(200, 0.01, 0.06, 0.05, 0.01, 0.02, 2, 3, 24);
    private static final int HOURS_OF_30_DAYS = 720;

    private final Random random = new Random(20_261_126);

    /** Watched numbers, normal in their references, each in a window after the other. */
    private final class Simulation {
        private final CountLayout layout;
        private final Incidents incidents = new Incidents(RULE);
        private final List<Alert> alerts = new ArrayList<>();
        private IncidentState state = IncidentState.NONE;
        private long now;

        Simulation(int features) {
            List<Watched> watched =
                    Scores.features(
                            Kind.NUMERIC,
                            IntStream.range(0, features)
                                    .mapToObj(i -> "f" + i)
                                    .toArray(String[]::new));
            var references = new ArrayList<FeatureReference>();
            for (Watched one : watched) {
                double[] sample =
                        IntStream.range(0, 10_000)
                                .mapToDouble(i -> random.nextGaussian())
                                .toArray();
                references.add(NumericReference.of(one.name(), Role.FEATURE, sample, 0));
            }
            layout = CountLayout.of(watched, ReferenceProfile.of("fraud", "1", references));
        }

        void window(int rows, double shift) {
            var counts = new Counts(layout);
            var row = new double[layout.series().size()];
            for (int i = 0; i < rows; i++) {
                for (int feature = 0; feature < row.length; feature++) {
                    row[feature] = random.nextGaussian() + shift;
                }
                layout.count(Scores.of(now, "1", "", row), counts);
            }
            now++;
            var features = new Comparison(layout, RULE).compare(counts, null);
            var step =
                    incidents.apply(
                            state,
                            new DriftReport(
                                    now - 1,
                                    now,
                                    0,
                                    "fraud",
                                    "1",
                                    "",
                                    rows,
                                    new Reference("sha256:ab", ""),
                                    DriftReport.Status.COMPARED,
                                    "",
                                    0,
                                    1,
                                    features,
                                    List.of()));
            state = step.state();
            alerts.addAll(step.alerts());
        }
    }

    @Test
    void twoHundredFeaturesRaiseNothingInThirtyDaysOfSmallHours() {
        var simulation = new Simulation(200);
        for (int hour = 0; hour < HOURS_OF_30_DAYS; hour++) {
            simulation.window(200, 0);
        }

        assertThat(simulation.alerts).isEmpty();
    }

    @Test
    void aShiftOfAQuarterOfADeviationIsFoundWithinSixWindows() {
        int found = 0;
        for (int trial = 0; trial < 100; trial++) {
            var simulation = new Simulation(1);
            for (int window = 0; window < 6; window++) {
                simulation.window(1_000, 0.25);
            }
            found += simulation.alerts.isEmpty() ? 0 : 1;
        }

        assertThat(found).isGreaterThanOrEqualTo(95);
    }
}
