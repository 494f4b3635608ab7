package io.millrace.jobs.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TransactionSimulatorTest {
    private static final long MILLIS_PER_DAY = 86_400_000;

    @Test
    void equalConfigsGiveEqualTransactions() {
        var config = SimulatorConfig.ofCustomers(7, 20, 200);

        assertThat(all(config)).isEqualTo(all(config)).hasSizeGreaterThan(5_000);
    }

    @Test
    void anotherSeedGivesOtherTransactions() {
        assertThat(all(SimulatorConfig.ofCustomers(7, 5, 100)))
                .isNotEqualTo(all(SimulatorConfig.ofCustomers(8, 5, 100)));
    }

    @Test
    void theFirstTransactionsNeverChange() {
        // The models and the expected numbers in this repository were made from simulations.
        assertThat(all(SimulatorConfig.ofCustomers(1, 1, 100)).subList(0, 3))
                .containsExactly(
                        new SimulatedTransaction(
                                0, 1_767_226_872_000L, 11, 140, 1_157, Scenario.GENUINE),
                        new SimulatedTransaction(
                                1, 1_767_230_414_000L, 39, 131, 5_402, Scenario.GENUINE),
                        new SimulatedTransaction(
                                2, 1_767_232_750_000L, 52, 167, 9_602, Scenario.GENUINE));
    }

    @Test
    void transactionsComeInEventTimeOrderWithinTheDays() {
        var config = SimulatorConfig.ofCustomers(7, 30, 300);
        var transactions = all(config);

        assertThat(transactions)
                .isSortedAccordingTo(
                        (a, b) -> Long.compare(a.eventTimeMillis(), b.eventTimeMillis()));
        assertThat(transactions)
                .allSatisfy(
                        transaction ->
                                assertThat(transaction.eventTimeMillis())
                                        .isBetween(
                                                config.startMillis(),
                                                config.startMillis() + 30 * MILLIS_PER_DAY - 1));
        assertThat(transactions)
                .extracting(SimulatedTransaction::id)
                .isEqualTo(
                        IntStream.range(0, transactions.size()).mapToObj(i -> (long) i).toList());
    }

    @Test
    void amountsArePositive() {
        assertThat(all(SimulatorConfig.ofCustomers(7, 30, 300)))
                .allSatisfy(transaction -> assertThat(transaction.amountCents()).isGreaterThan(0));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void theFraudShareIsThatOfAHardProblem(long seed) {
        long frauds = 0;
        var simulator = new TransactionSimulator(SimulatorConfig.ofTransactions(seed, 60, 200_000));
        while (simulator.hasNext()) {
            frauds += simulator.next().fraud() ? 1 : 0;
        }

        assertThat(frauds / 200_000.0).isBetween(0.005, 0.02);
    }

    @Test
    void everyPatternHasEnoughFraudsToLearnAndToShow() {
        var counts = new EnumMap<Scenario, Integer>(Scenario.class);
        for (var transaction : all(SimulatorConfig.ofTransactions(42, 60, 200_000))) {
            counts.merge(transaction.scenario(), 1, Integer::sum);
        }

        assertThat(counts).containsOnlyKeys(Scenario.values());
        assertThat(counts.values()).allSatisfy(count -> assertThat(count).isGreaterThan(100));
    }

    @Test
    void everyAmountOverTheLimitIsAFraud() {
        assertThat(all(SimulatorConfig.ofCustomers(7, 40, 500)))
                .filteredOn(transaction -> transaction.amountCents() > 22_000)
                .isNotEmpty()
                .allMatch(SimulatedTransaction::fraud);
    }

    @Test
    void aCompromisedTerminalHasNoGenuineTransaction() {
        // Within 25 days a terminal that is compromised stays so until the end.
        var compromised = new HashSet<Long>();
        for (var transaction : all(SimulatorConfig.ofCustomers(7, 25, 500))) {
            if (transaction.scenario() == Scenario.TERMINAL_COMPROMISED) {
                compromised.add(transaction.terminalId());
            }
            if (compromised.contains(transaction.terminalId())) {
                assertThat(transaction.fraud()).isTrue();
            }
        }

        assertThat(compromised).isNotEmpty();
    }

    @Test
    void aCompromisedTerminalIsSafeAgainAfterFourWeeks() {
        var spans = new HashMap<Long, List<Long>>();
        for (var transaction : all(SimulatorConfig.ofCustomers(7, 120, 300))) {
            if (transaction.scenario() == Scenario.TERMINAL_COMPROMISED) {
                spans.computeIfAbsent(transaction.terminalId(), t -> new ArrayList<>())
                        .add(day(transaction));
            }
        }
        var lengths =
                spans.values().stream()
                        .map(days -> days.get(days.size() - 1) - days.get(0) + 1)
                        .toList();

        // A terminal may be compromised twice; most are once.
        assertThat(lengths)
                .filteredOn(length -> length <= 28)
                .hasSizeGreaterThan(lengths.size() / 2);
        assertThat(lengths).anyMatch(length -> length > 20);
    }

    @Test
    void someTransactionsOfACompromisedCustomerAreGenuine() {
        var transactions = all(SimulatorConfig.ofCustomers(7, 13, 2_000));
        var compromised = new HashSet<Long>();
        for (var transaction : transactions) {
            if (transaction.scenario() == Scenario.CUSTOMER_COMPROMISED) {
                compromised.add(transaction.customerId());
            }
        }

        assertThat(compromised).isNotEmpty();
        assertThat(transactions)
                .filteredOn(transaction -> compromised.contains(transaction.customerId()))
                .anyMatch(transaction -> !transaction.fraud());
    }

    @Test
    void customersUseTerminalsNearThem() {
        var terminalsOfCustomer = new HashMap<Long, Set<Long>>();
        for (var transaction : all(SimulatorConfig.ofCustomers(7, 60, 1_000))) {
            terminalsOfCustomer
                    .computeIfAbsent(transaction.customerId(), c -> new HashSet<>())
                    .add(transaction.terminalId());
        }

        assertThat(terminalsOfCustomer.values())
                .allSatisfy(terminals -> assertThat(terminals).hasSizeBetween(1, 120));
        assertThat(terminalsOfCustomer.values())
                .anySatisfy(terminals -> assertThat(terminals).hasSizeGreaterThan(20));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 200, 1_000, 50_000})
    void makesTheTransactionsThatWereAskedForInAboutTheDays(long transactions) {
        for (long seed = 0; seed < 5; seed++) {
            var made = all(SimulatorConfig.ofTransactions(seed, 60, transactions));

            assertThat(made).hasSize((int) transactions);
            if (transactions == 50_000) {
                long days = day(made.get(made.size() - 1)) - day(made.get(0)) + 1;
                assertThat(days).isBetween(48L, 72L);
            }
        }
    }

    @Test
    void theSmallestPopulationWorks() {
        var config = new SimulatorConfig(7, 0, 30, 1, 1, 1, 1, 1, Long.MAX_VALUE);

        assertThat(all(config)).isNotEmpty().allMatch(transaction -> transaction.terminalId() == 0);
    }

    @Test
    void thereIsNothingAfterTheLast() {
        var simulator = new TransactionSimulator(SimulatorConfig.ofTransactions(7, 1, 0));

        assertThat(simulator.hasNext()).isFalse();
        assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(simulator::next);
    }

    @Test
    void aConfigSaysWhatItIsAndWhatItMustBe() {
        long noon = Instant.parse("2026-01-01T12:00:00Z").toEpochMilli();

        assertThatThrownBy(() -> SimulatorConfig.ofCustomers(7, 0, 10))
                .hasMessage("days is 0; it must be positive");
        assertThatThrownBy(() -> new SimulatorConfig(7, noon, 1, 1, 1, 1, 0, 0, 1))
                .hasMessageContaining("it must be a midnight");
        assertThatThrownBy(() -> new SimulatorConfig(7, 0, 1, 1, 1, 2, 0, 0, 1))
                .hasMessageContaining("terminalsInReach is 2");
    }

    private static long day(SimulatedTransaction transaction) {
        return transaction.eventTimeMillis() / MILLIS_PER_DAY;
    }

    private static List<SimulatedTransaction> all(SimulatorConfig config) {
        var transactions = new ArrayList<SimulatedTransaction>();
        new TransactionSimulator(config).forEachRemaining(transactions::add);
        return transactions;
    }
}
