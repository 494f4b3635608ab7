package io.millrace.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.junit.jupiter.api.Test;

class RestoredTransactionsTest {
    private static final String PREFIX = "card-fraud-sink-";

    private final List<TransactionListing> transactions = new ArrayList<>();

    @Test
    void committedTransactionsAreNotLost() {
        given("0-6", TransactionState.COMPLETE_COMMIT);
        given("0-7", TransactionState.COMPLETE_COMMIT);
        given("1-7", TransactionState.COMPLETE_COMMIT);

        assertThat(lost(7)).isEmpty();
    }

    @Test
    void anAbortedTransactionOfTheCheckpointIsLost() {
        given("0-7", TransactionState.COMPLETE_COMMIT);
        given("1-7", TransactionState.COMPLETE_ABORT);
        given("2-7", TransactionState.COMPLETE_ABORT);

        assertThat(lost(7)).containsExactly(PREFIX + "1-7", PREFIX + "2-7");
    }

    @Test
    void whatCameAfterTheCheckpointIsAbortedRightly() {
        given("0-7", TransactionState.COMPLETE_COMMIT);
        given("0-8", TransactionState.COMPLETE_ABORT);

        assertThat(lost(7)).isEmpty();
    }

    @Test
    void whatIsStillOpenWillBeCommitted() {
        given("0-7", TransactionState.ONGOING);

        assertThat(lost(7)).isEmpty();
    }

    @Test
    void aSubtaskThatLeftCheckpointsOutHasItsRecordsInAnEarlierTransaction() {
        given("0-5", TransactionState.COMPLETE_ABORT);
        given("0-6", TransactionState.EMPTY);
        given("0-7", TransactionState.EMPTY);

        assertThat(lost(7)).containsExactly(PREFIX + "0-5");
    }

    @Test
    void aSubtaskOfAWiderJobHasNoPartInTheCheckpoint() {
        given("0-7", TransactionState.COMPLETE_COMMIT);
        given("3-5", TransactionState.COMPLETE_ABORT);

        assertThat(lost(7)).isEmpty();
    }

    @Test
    void transactionsOfAnotherPipelineAreItsOwn() {
        given("other-0-7", TransactionState.COMPLETE_ABORT);
        given("0-7-7", TransactionState.COMPLETE_ABORT);
        given("0-", TransactionState.COMPLETE_ABORT);

        assertThat(lost(7)).isEmpty();
    }

    private void given(String name, TransactionState state) {
        transactions.add(new TransactionListing(PREFIX + name, transactions.size(), state));
    }

    private List<String> lost(long checkpoint) {
        return RestoredTransactions.lost(transactions, PREFIX, checkpoint);
    }
}
