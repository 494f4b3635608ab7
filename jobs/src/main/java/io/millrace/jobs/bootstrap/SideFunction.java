package io.millrace.jobs.bootstrap;

import io.millrace.record.Received;
import org.apache.flink.api.common.accumulators.ListAccumulator;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFilterFunction;

/** Lets the rows on one side of an event time pass, and counts both. */
final class SideFunction extends RichFilterFunction<Received> {
    private static final long serialVersionUID = 1L;

    private final String name;
    private final long fromMillis;
    private final long untilMillis;
    private final LongCounter passed = new LongCounter();
    private final LongCounter left = new LongCounter();
    private final LongCounter refused = new LongCounter();
    private final ListAccumulator<String> example = new ListAccumulator<>();

    private SideFunction(String name, long fromMillis, long untilMillis) {
        this.name = name;
        this.fromMillis = fromMillis;
        this.untilMillis = untilMillis;
    }

    static SideFunction before(String name, long millis) {
        return new SideFunction(name, Long.MIN_VALUE, millis);
    }

    static SideFunction from(String name, long millis) {
        return new SideFunction(name, millis, Long.MAX_VALUE);
    }

    static String passed(String name) {
        return name + ".passed";
    }

    static String left(String name) {
        return name + ".left";
    }

    static String refused(String name) {
        return name + ".refused";
    }

    static String example(String name) {
        return name + ".example";
    }

    @Override
    public void open(OpenContext context) {
        getRuntimeContext().addAccumulator(passed(name), passed);
        getRuntimeContext().addAccumulator(left(name), left);
        getRuntimeContext().addAccumulator(refused(name), refused);
        getRuntimeContext().addAccumulator(example(name), example);
    }

    @Override
    public boolean filter(Received received) {
        if (received.row() == null) {
            if (refused.getLocalValuePrimitive() == 0) {
                var origin = received.origin();
                example.add(
                        "%s row %d: %s"
                                .formatted(origin.topic(), origin.offset(), received.problem()));
            }
            refused.add(1);
            return false;
        }
        long millis = received.eventTimeMillis();
        boolean passes = millis >= fromMillis && millis < untilMillis;
        (passes ? passed : left).add(1);
        return passes;
    }
}
