package io.millrace.jobs.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

final class LabelledSimulationTest {
    private static final long SEVEN_DAYS_MILLIS = 7 * 86_400_000L;

    private final SimulatorConfig config = SimulatorConfig.ofCustomers(7, 30, 300);

    @Test
    void transactionsAndLabelsShareOneOrderOfEventTime() {
        var times = new ArrayList<Long>();
        new LabelledSimulation(config)
                .forEachRemaining(record -> times.add(record.eventTimeMillis()));

        assertThat(times).isSorted();
    }

    @Test
    void aLabelTellsTheTruthExactlySevenDaysLater() {
        var unlabelled = new HashMap<Long, SimulatedTransaction>();
        int labels = 0;
        var simulation = new LabelledSimulation(config);
        while (simulation.hasNext()) {
            var record = simulation.next();
            if (record instanceof SimulatedTransaction transaction) {
                unlabelled.put(transaction.id(), transaction);
            } else if (record instanceof SimulatedLabel label) {
                var transaction = unlabelled.remove(label.transactionId());
                assertThat(transaction).isNotNull();
                assertThat(label)
                        .isEqualTo(
                                new SimulatedLabel(
                                        transaction.id(),
                                        transaction.eventTimeMillis() + SEVEN_DAYS_MILLIS,
                                        transaction.customerId(),
                                        transaction.terminalId(),
                                        transaction.fraud()));
                labels++;
            }
        }

        assertThat(labels).isGreaterThan(10_000);
    }

    @Test
    void everyLabelThatIsDueByTheLastTransactionComes() {
        var transactions = new ArrayList<SimulatedTransaction>();
        var labels = new ArrayList<SimulatedLabel>();
        new LabelledSimulation(config)
                .forEachRemaining(
                        record -> {
                            if (record instanceof SimulatedTransaction transaction) {
                                transactions.add(transaction);
                            } else if (record instanceof SimulatedLabel label) {
                                labels.add(label);
                            }
                        });
        long last = transactions.get(transactions.size() - 1).eventTimeMillis();

        assertThat(labels)
                .extracting(SimulatedLabel::transactionId)
                .containsExactlyElementsOf(
                        transactions.stream()
                                .filter(t -> t.eventTimeMillis() + SEVEN_DAYS_MILLIS <= last)
                                .map(SimulatedTransaction::id)
                                .toList());
    }

    @Test
    void thereIsNothingAfterTheLast() {
        var simulation = new LabelledSimulation(config.stoppingAfter(0));

        assertThat(simulation.hasNext()).isFalse();
        assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(simulation::next);
    }
}
