package io.millrace.jobs.bootstrap;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.features.Answered;
import io.millrace.jobs.bootstrap.Seam.Edge;
import io.millrace.jobs.terminal.CommandFailure;
import java.util.List;
import org.junit.jupiter.api.Test;

class SeamTest {
    private static final long DISORDER = 10;

    /** In event-time order: all rows up to 900 are answered, and later ones wait. */
    private static final Answered ORDERED = new Answered(900, 900);

    /** In arrival order: all that was read is answered. */
    private static final Answered ARRIVED = new Answered(Long.MAX_VALUE, 800);

    @Test
    void filesReachAtLeastAsFarAsRecordsAreDeletedAndMayBeLate() {
        var seam = seam(ORDERED, new Edge(true, 500, 950), new Edge(true, 520, Edge.NONE));
        allows(seam, 530);
        refuses(seam, 529, "it must be 1970-01-01T00:00:00.530Z or later");
    }

    @Test
    void aTopicOfWhichNothingIsDeletedBeginsWhereSomebodySays() {
        var seam = seam(ORDERED, new Edge(false, 500, 950));
        allows(seam, 1);
        allows(seam, 700);
    }

    @Test
    void filesEndWhereRowsBeginToWait() {
        var seam = seam(ORDERED, new Edge(true, 500, 950));
        allows(seam, 901);
        refuses(seam, 902, "it must be 1970-01-01T00:00:00.901Z or earlier");
    }

    @Test
    void inArrivalOrderFilesEndBeforeWhatIsNotReadYet() {
        var seam = seam(ARRIVED, new Edge(true, 500, 950), new Edge(true, 400, 760));
        allows(seam, 750);
        refuses(seam, 751, "it must be 1970-01-01T00:00:00.750Z or earlier");
        allows(seam(ARRIVED, new Edge(true, 500, Edge.NONE)), 5_000);
    }

    @Test
    void ofAPartitionThatIsEmptyNowFilesHoldAllThatWasAnswered() {
        var empty = new Edge(true, Edge.NONE, 950);
        allows(seam(ORDERED, empty), 901);
        refuses(seam(ORDERED, empty), 900, "it must be 1970-01-01T00:00:00.901Z or later");
        allows(seam(ARRIVED, new Edge(true, Edge.NONE, Edge.NONE)), 801);
    }

    @Test
    void filesCannotStandInForWhatIsNotAnswered() {
        refuses(
                seam(ORDERED, new Edge(true, 920, 950)),
                901,
                "no files can stand in for what the job has not answered");
    }

    private static Seam seam(Answered answered, Edge... edges) {
        return new Seam("transactions", List.of(edges), answered, DISORDER);
    }

    private static void allows(Seam seam, long millis) {
        assertThatCode(() -> seam.check(millis)).doesNotThrowAnyException();
    }

    private static void refuses(Seam seam, long millis, String because) {
        assertThatThrownBy(() -> seam.check(millis))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining(because);
    }
}
