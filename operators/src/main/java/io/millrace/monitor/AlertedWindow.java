package io.millrace.monitor;

import io.millrace.record.Alert;
import java.util.List;

/**
 * What was said of a window's incident, kept as long as late rows may change it. Public because
 * Flink keeps it as state.
 *
 * @param before what was known before the window
 * @param written the alerts of the window as they were written last, at most one of each incident
 */
public record AlertedWindow(IncidentState before, List<Alert> written) {

    public AlertedWindow {
        written = List.copyOf(written);
    }
}
