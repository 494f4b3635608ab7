package io.millrace.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.record.Outgoing;
import io.millrace.record.Score;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.tasks.mailbox.TaskMailbox;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EncodeOperatorTest {
    private OneInputStreamOperatorTestHarness<Score, List<Outgoing>> harness;

    @BeforeEach
    void open() throws Exception {
        harness =
                new OneInputStreamOperatorTestHarness<>(
                        new EncodeOperator<>(
                                new EncodeFunction<>(
                                        Records.CONFIG,
                                        Records.CONFIG.scores(),
                                        ScoreEncoder::new)));
        harness.open();
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    @Test
    void whatTheTaskMakesInOneGoIsSentTogether() throws Exception {
        process("a", "b", "c");
        assertThat(sent()).isEmpty();
        goOn();
        process("d");
        goOn();
        assertThat(sent()).containsExactly(List.of("a", "b", "c"), List.of("d"));
    }

    @Test
    void nothingIsSentTwiceNorEmpty() throws Exception {
        process("a");
        harness.processWatermark(new Watermark(1));
        goOn();
        harness.processWatermark(new Watermark(2));
        assertThat(sent()).containsExactly(List.of("a"));
    }

    @Test
    void muchIsSentInParts() throws Exception {
        var ids = new String[60];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = "event-" + i;
        }
        process(ids);
        assertThat(sent()).hasSize(1);
        assertThat(sent().get(0)).hasSizeBetween(20, 59);
        goOn();
        assertThat(sent().stream().flatMap(List::stream)).containsExactly(ids);
    }

    @Test
    void nothingWaitsBehindABarrierOrTheEnd() throws Exception {
        process("a");
        harness.prepareSnapshotPreBarrier(1);
        assertThat(sent()).containsExactly(List.of("a"));
        process("b");
        harness.endInput();
        assertThat(sent()).containsExactly(List.of("a"), List.of("b"));
    }

    @Test
    void theMetricOfRecordsCountsRecords() throws Exception {
        process("a", "b", "c");
        goOn();
        // The harness's output counts none, a task's one.
        assertThat(
                        harness.getOperator()
                                .getMetricGroup()
                                .getIOMetricGroup()
                                .getNumRecordsOutCounter()
                                .getCount())
                .isEqualTo(2);
    }

    private void process(String... ids) throws Exception {
        for (String id : ids) {
            harness.processElement(Records.score(id, "card", 0.5, 1, 0), 0);
        }
    }

    /** The task does what it was asked to do later. */
    private void goOn() throws Exception {
        TaskMailbox mailbox = harness.getTaskMailbox();
        while (mailbox.hasMail()) {
            mailbox.take(TaskMailbox.MIN_PRIORITY).run();
        }
    }

    /** The ids of what was sent together. */
    private List<List<String>> sent() throws Exception {
        var sent = new ArrayList<List<String>>();
        for (List<Outgoing> together : harness.extractOutputValues()) {
            var ids = new ArrayList<String>();
            for (Outgoing outgoing : together) {
                ids.add((String) Records.parse(outgoing.value()).get("event_id"));
            }
            sent.add(ids);
        }
        return sent;
    }
}
