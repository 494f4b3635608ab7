package io.millrace.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.record.FeatureVector;
import io.millrace.record.Score;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.streaming.runtime.tasks.mailbox.Mail;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The operators that a test has opened; after it they are closed, and no model is left loaded. */
final class OpenOperators implements AfterEachCallback {
    private final List<OneInputStreamOperatorTestHarness<FeatureVector, Score>> open =
            new ArrayList<>();

    OneInputStreamOperatorTestHarness<FeatureVector, Score> open(InferenceConfig config)
            throws Exception {
        var harness =
                new OneInputStreamOperatorTestHarness<FeatureVector, Score>(
                        new InferenceOperatorFactory(config));
        harness.open();
        open.add(harness);
        return harness;
    }

    /** Runs the mails that are in the mailbox now, not those that they put there. */
    static void runMails(OneInputStreamOperatorTestHarness<FeatureVector, Score> harness)
            throws Exception {
        harness.getTaskMailbox().createBatch();
        Optional<Mail> mail = harness.getTaskMailbox().tryTakeFromBatch();
        while (mail.isPresent()) {
            mail.get().run();
            mail = harness.getTaskMailbox().tryTakeFromBatch();
        }
    }

    /** The test has closed it itself. */
    void forget(OneInputStreamOperatorTestHarness<FeatureVector, Score> closed) {
        open.remove(closed);
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        for (var harness : open) {
            harness.close();
        }
        assertThat(ModelHost.hosted()).as("models that are still loaded").isZero();
    }
}
