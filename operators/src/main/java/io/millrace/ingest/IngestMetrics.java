package io.millrace.ingest;

import io.millrace.record.DeadLetter.Reason;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/** Every metric of the ingest stage, by the operator that counts it. */
final class IngestMetrics {
    private static final String STAGE = "ingest";

    private IngestMetrics() {}

    /** What the checks decided: a fixed label, the reason, and no other. */
    static final class Checks {
        private final Counter accepted;
        private final Counter malformed;
        private final Counter contractBroken;
        private final Counter late;

        Checks(MetricGroup group) {
            MetricGroup ingest = group.addGroup(STAGE);
            accepted = ingest.counter("accepted");
            malformed = refused(ingest, Reason.MALFORMED);
            contractBroken = refused(ingest, Reason.CONTRACT_BROKEN);
            late = refused(ingest, Reason.TOO_LATE);
        }

        private static Counter refused(MetricGroup ingest, Reason reason) {
            return ingest.addGroup("reason", reason.name()).counter("refused");
        }

        void accepted() {
            accepted.inc();
        }

        void refused(Reason reason) {
            switch (reason) {
                case MALFORMED -> malformed.inc();
                case CONTRACT_BROKEN -> contractBroken.inc();
                case TOO_LATE -> late.inc();
                case FEATURE_FAILED,
                        MODEL_FAILED,
                        MODEL_TIMEOUT,
                        MODEL_CRASHED,
                        MODEL_UNKNOWN,
                        TOO_LARGE ->
                        throw new IllegalArgumentException(reason + " is not a reason of ingest");
            }
        }
    }

    /** What de-duplication decided. */
    static final class Copies {
        private final Counter first;
        private final Counter duplicates;

        Copies(MetricGroup group) {
            MetricGroup ingest = group.addGroup(STAGE);
            first = ingest.counter("deduplicated");
            duplicates = ingest.counter("duplicates");
        }

        void first() {
            first.inc();
        }

        void duplicate() {
            duplicates.inc();
        }
    }
}
