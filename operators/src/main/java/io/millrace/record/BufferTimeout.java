package io.millrace.record;

/** How long what an operator sends to another task may wait for more, milliseconds. */
public final class BufferTimeout {
    /**
     * Of ways that nobody waits behind to the millisecond, as for a score: Flink keeps a thread for
     * each way, which wakes up that often.
     */
    public static final long RELAXED_MILLIS = 100;

    private BufferTimeout() {}
}
