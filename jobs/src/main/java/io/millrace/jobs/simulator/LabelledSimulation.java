package io.millrace.jobs.simulator;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Emits a simulation's transactions and the labels that become known meanwhile, in one order of
 * event time; a label goes before a transaction of the same time. A label that is due after the
 * last transaction is not known yet, and is not emitted.
 */
public final class LabelledSimulation implements Iterator<SimulatedRecord> {

    /** How long the truth about a transaction takes. */
    public static final Duration LABEL_DELAY = Duration.ofDays(7);

    private final Iterator<SimulatedTransaction> transactions;
    private final long delayMillis = LABEL_DELAY.toMillis();
    private final ArrayDeque<SimulatedLabel> notDueYet = new ArrayDeque<>();

    private @Nullable SimulatedTransaction upcoming;

    public LabelledSimulation(SimulatorConfig config) {
        transactions = new TransactionSimulator(config);
        advance();
    }

    @Override
    public boolean hasNext() {
        return upcoming != null;
    }

    @Override
    public SimulatedRecord next() {
        var transaction = upcoming;
        if (transaction == null) {
            throw new NoSuchElementException();
        }
        var label = notDueYet.peek();
        if (label != null && label.eventTimeMillis() <= transaction.eventTimeMillis()) {
            return notDueYet.remove();
        }
        notDueYet.add(transaction.label(delayMillis));
        advance();
        return transaction;
    }

    private void advance() {
        upcoming = transactions.hasNext() ? transactions.next() : null;
    }
}
