package io.millrace.jobs.backfill;

import io.millrace.record.DeadLetter;
import java.util.EnumMap;
import java.util.Map;
import org.apache.flink.api.common.accumulators.ListAccumulator;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;

/** Counts refusals by their reason, and keeps the first of each subtask as examples. */
final class RefusalFunction extends RichMapFunction<DeadLetter, DeadLetter> {
    private static final long serialVersionUID = 1L;

    private static final int EXAMPLES = 3;

    private final Map<DeadLetter.Reason, LongCounter> counts =
            new EnumMap<>(DeadLetter.Reason.class);
    private final ListAccumulator<String> examples = new ListAccumulator<>();
    private int kept;

    @Override
    public void open(OpenContext context) {
        for (DeadLetter.Reason reason : DeadLetter.Reason.values()) {
            var count = new LongCounter();
            counts.put(reason, count);
            getRuntimeContext().addAccumulator(Counts.REFUSED + reason, count);
        }
        getRuntimeContext().addAccumulator(Counts.EXAMPLES, examples);
    }

    @Override
    public DeadLetter map(DeadLetter refused) {
        LongCounter count = counts.get(refused.reason());
        if (count != null) {
            count.add(1);
        }
        if (kept++ < EXAMPLES) {
            examples.add(
                    "%s %s: %s"
                            .formatted(refused.origin().topic(), place(refused), refused.detail()));
        }
        return refused;
    }

    private static String place(DeadLetter refused) {
        // A row of a file has no record's timestamp.
        return refused.origin().timestampMillis() == 0
                ? "row " + refused.origin().offset()
                : "%d@%d".formatted(refused.origin().partition(), refused.origin().offset());
    }
}
