package io.millrace.record;

import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/** How long what an operator sends to another task may wait for more, milliseconds. */
public final class BufferTimeout {
    /**
     * Of ways that nobody waits behind to the millisecond, as for a score: Flink keeps a thread for
     * each way, which wakes up that often.
     */
    public static final long RELAXED_MILLIS = 100;

    private BufferTimeout() {}

    /**
     * For an operator whose main output stays in its task: what leaves are refusals.
     *
     * @param isHistory whether it runs in batch mode, where Flink takes no timeout if it hands over
     *     whole files
     */
    public static <T> SingleOutputStreamOperator<T> relaxed(
            SingleOutputStreamOperator<T> operator, boolean isHistory) {
        return isHistory ? operator : operator.setBufferTimeout(RELAXED_MILLIS);
    }
}
