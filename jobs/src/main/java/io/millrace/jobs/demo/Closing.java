package io.millrace.jobs.demo;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** What is to be undone in the end, last first; each step whatever became of the others. */
final class Closing implements AutoCloseable {
    private final Deque<Runnable> steps = new ArrayDeque<>();

    void add(Runnable step) {
        steps.push(step);
    }

    /** Waits for something that is still being started, and closes it if that worked. */
    <T> void add(CompletableFuture<T> starting, Consumer<T> close) {
        add(
                () ->
                        starting.handle(
                                        (started, failure) -> {
                                            if (started != null) {
                                                close.accept(started);
                                            }
                                            return failure;
                                        })
                                .join());
    }

    @Override
    public void close() {
        RuntimeException first = null;
        while (!steps.isEmpty()) {
            try {
                steps.pop().run();
            } catch (RuntimeException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
