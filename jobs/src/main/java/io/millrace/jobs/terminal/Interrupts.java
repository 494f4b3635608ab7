package io.millrace.jobs.terminal;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * Ctrl-C and kill as events instead of the end of the process, until closed.
 *
 * <p>The JDK has this in {@code sun.misc} only, a package that every JDK supports and that the
 * compiler warns of; hence the reflection.
 */
public final class Interrupts implements AutoCloseable {
    private static final Map<String, Integer> EXIT_CODES =
            Map.of("INT", ExitCode.INTERRUPTED, "TERM", ExitCode.TERMINATED);

    private final List<Runnable> undo = new ArrayList<>();

    private Interrupts() {}

    /**
     * Begins.
     *
     * @param asked called with the exit code that the signal asks for, on a thread of its own, each
     *     time that a signal comes
     */
    public static Interrupts call(IntConsumer asked) {
        var interrupts = new Interrupts();
        EXIT_CODES.forEach((name, exitCode) -> interrupts.handle(name, exitCode, asked));
        return interrupts;
    }

    private void handle(String name, int exitCode, IntConsumer asked) {
        try {
            Class<?> signalType = Class.forName("sun.misc.Signal");
            Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
            var handle = signalType.getMethod("handle", signalType, handlerType);
            Object signal = signalType.getConstructor(String.class).newInstance(name);
            Object handler =
                    Proxy.newProxyInstance(
                            Interrupts.class.getClassLoader(),
                            new Class<?>[] {handlerType},
                            (proxy, method, arguments) -> {
                                if (method.getName().equals("handle")) {
                                    asked.accept(exitCode);
                                    return null;
                                }
                                return method.invoke(asked, arguments);
                            });
            Object before = handle.invoke(null, signal, handler);
            undo.add(
                    () -> {
                        try {
                            handle.invoke(null, signal, before);
                        } catch (ReflectiveOperationException e) {
                            throw new IllegalStateException(e);
                        }
                    });
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JVM does not let signals be handled", e);
        }
    }

    @Override
    public void close() {
        undo.forEach(Runnable::run);
    }
}
