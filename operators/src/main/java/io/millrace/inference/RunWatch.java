package io.millrace.inference;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Ends runs that take longer than they may, from a thread of its own that is there as long as there
 * are runs to watch.
 */
final class RunWatch implements AutoCloseable {
    private static final Set<RunWatch> WATCHED = ConcurrentHashMap.newKeySet();
    private static final Object THREAD = new Object();

    /** How late a run may be ended, as a share of its limit, and at most. */
    private static final int LOOKS_IN_A_LIMIT = 20;

    private static final long SELDOM_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private static boolean isRunning;

    private final long limitNanos;
    private final OrtSession.RunOptions options;
    private long beganNanos;
    private boolean isUnderWay;
    private boolean isEnded;
    private boolean isClosed;

    private RunWatch(long limitMillis) throws OrtException {
        this.limitNanos = TimeUnit.MILLISECONDS.toNanos(limitMillis);
        this.options = new OrtSession.RunOptions();
    }

    /** Watches the runs of one batch, which come one after another. */
    static RunWatch over(long limitMillis) throws OrtException {
        var watch = new RunWatch(limitMillis);
        synchronized (THREAD) {
            WATCHED.add(watch);
            if (!isRunning) {
                isRunning = true;
                var thread = new Thread(RunWatch::look, "watch over model runs");
                thread.setDaemon(true);
                thread.start();
            }
        }
        return watch;
    }

    private static void look() {
        while (true) {
            long pauseNanos = SELDOM_NANOS;
            long nowNanos = System.nanoTime();
            for (RunWatch watch : WATCHED) {
                watch.endWhereOverdue(nowNanos);
                pauseNanos = Math.min(pauseNanos, watch.limitNanos / LOOKS_IN_A_LIMIT);
            }
            LockSupport.parkNanos(pauseNanos);
            synchronized (THREAD) {
                if (WATCHED.isEmpty()) {
                    isRunning = false;
                    return;
                }
            }
        }
    }

    private synchronized void endWhereOverdue(long nowNanos) {
        if (isUnderWay && !isEnded && !isClosed && nowNanos - beganNanos > limitNanos) {
            isEnded = true;
            terminate(true);
        }
    }

    /** What a run must be made with. */
    OrtSession.RunOptions options() {
        return options;
    }

    /** A run begins. */
    synchronized void begin() {
        beganNanos = System.nanoTime();
        isUnderWay = true;
    }

    /** Whether the run under way was ended from here. */
    synchronized boolean hasEndedIt() {
        return isEnded;
    }

    /** The run is over. */
    synchronized void end() {
        isUnderWay = false;
        if (isEnded) {
            isEnded = false;
            terminate(false);
        }
    }

    private void terminate(boolean isToEnd) {
        try {
            options.setTerminate(isToEnd);
        } catch (OrtException e) {
            throw new IllegalStateException("a run's options are always open to this", e);
        }
    }

    /** How long a run may take. */
    long limitMillis() {
        return TimeUnit.NANOSECONDS.toMillis(limitNanos);
    }

    @Override
    public synchronized void close() {
        WATCHED.remove(this);
        isClosed = true;
        options.close();
    }
}
