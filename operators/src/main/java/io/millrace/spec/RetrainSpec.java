package io.millrace.spec;

import java.time.Duration;
import java.util.List;

/**
 * When an incident asks for a new model, and which data that is to be made of.
 *
 * @param severity how severe an incident must be to ask
 * @param sources what must have noticed it
 * @param history how much event time before an incident's first window is to be trained on too
 * @param holdOut the share of the range, its newest part, that is to be held out
 * @param cooldown how long after a model version has asked, in event time, it does not ask again
 */
public record RetrainSpec(
        Severity severity,
        List<Source> sources,
        Duration history,
        double holdOut,
        Duration cooldown) {

    public RetrainSpec {
        sources = List.copyOf(sources);
    }

    /** How bad an incident is, the least first. */
    public enum Severity {
        WARNING,
        CRITICAL
    }

    /** What notices an incident. */
    public enum Source {
        DRIFT,
        QUALITY,
        DETECTOR
    }
}
