package io.millrace.inference;

import io.millrace.record.ModelLog;
import io.millrace.record.ModelUpdate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Announcements in this process. */
record Announcements(String id) implements ModelLog {
    private static final Map<String, CopyOnWriteArrayList<ModelUpdate>> LOGS =
            new ConcurrentHashMap<>();

    static Announcements none() {
        var log = new Announcements(UUID.randomUUID().toString());
        LOGS.put(log.id, new CopyOnWriteArrayList<>());
        return log;
    }

    private CopyOnWriteArrayList<ModelUpdate> log() {
        return LOGS.computeIfAbsent(id, key -> new CopyOnWriteArrayList<>());
    }

    void announce(String model, String version, String digest, long fromMillis) {
        announce(new ModelUpdate(model, version, digest, fromMillis, 0, "a test"));
    }

    void announce(ModelUpdate update) {
        var log = log();
        synchronized (log) {
            log.add(update);
            log.notifyAll();
        }
    }

    @Override
    public Reading open() {
        var log = log();
        return new Reading() {
            private int read;
            private boolean isBegun;

            @Override
            public List<ModelUpdate> next(Duration wait) {
                synchronized (log) {
                    try {
                        if (isBegun && read == log.size()) {
                            log.wait(wait.toMillis());
                        }
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        throw new IllegalStateException(e);
                    }
                    isBegun = true;
                    var news = List.copyOf(log.subList(read, log.size()));
                    read = log.size();
                    return news;
                }
            }

            @Override
            public void close() {
                // Nothing is held.
            }
        };
    }
}
