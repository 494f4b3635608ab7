package io.millrace.jobs;

import java.nio.file.Path;
import org.slf4j.LoggerFactory;

/** Where a command logs. The logging configuration of the distribution reads these properties. */
final class Log {
    private Log() {}

    /** Must come before the first logger is made, and makes it; without it, nothing is logged. */
    static void to(Path file) {
        System.setProperty("millrace.log.file", file.toString());
        System.setProperty("millrace.log.level", "INFO");
        // Here, on one thread: what other threads log while the first logger is made is lost.
        LoggerFactory.getLogger(Log.class).info("Millrace on Java {}", Runtime.version());
    }
}
