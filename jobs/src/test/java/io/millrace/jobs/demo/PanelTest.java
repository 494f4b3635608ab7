package io.millrace.jobs.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.jobs.simulator.Scenario;
import io.millrace.jobs.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PanelTest {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    @Test
    void aLiveTerminalIsDrawnOver() {
        var panel = new Panel(terminal(true, false, 100));

        panel.draw(snapshot(0));
        int lines = written.toString(UTF_8).split("\n", -1).length - 1;
        written.reset();
        panel.draw(snapshot(0.4));

        assertThat(written.toString(UTF_8)).startsWith("\033[%dF".formatted(lines));
        assertThat(written.toString(UTF_8)).contains("12 caught", "p99", "card 42 at terminal 7");
    }

    @Test
    void noLineIsWiderThanTheTerminal() {
        new Panel(terminal(true, false, 60)).draw(snapshot(0));

        assertThat(written.toString(UTF_8).replaceAll("\033\\[[0-9;]*[A-Za-z]", "").lines())
                .allMatch(line -> line.length() < 60);
    }

    @Test
    void withoutColourThereIsNone() {
        new Panel(terminal(true, false, 100)).draw(snapshot(0));

        assertThat(written.toString(UTF_8)).doesNotContainPattern("\033\\[[0-9;]*m");
    }

    @Test
    void aFileGetsALineEveryFiveSeconds() {
        var panel = new Panel(terminal(false, false, 100));
        for (int tenths = 0; tenths <= 120; tenths++) {
            panel.draw(snapshot(tenths / 10.0));
        }

        assertThat(written.toString(UTF_8).lines()).hasSize(3);
        assertThat(written.toString(UTF_8)).doesNotContain("\033");
    }

    private Terminal terminal(boolean live, boolean colour, int columns) {
        var out = new PrintStream(written, true, UTF_8);
        return new Terminal(out, out, live, colour, columns);
    }

    private static Snapshot snapshot(double seconds) {
        return new Snapshot(
                seconds,
                1_767_225_600_000L,
                0.5,
                1_000,
                100,
                900,
                90,
                880,
                15,
                12,
                3,
                3,
                Map.of("MALFORMED", 10L),
                10,
                20,
                80,
                1_000,
                2_000,
                4,
                List.of(
                        new CaughtFraud(
                                Scenario.TERMINAL_COMPROMISED,
                                "Thu 1 Jan 00:00  card 42 at terminal 7: € 412.50 → 0.97 review",
                                "truth: fraud, the terminal is compromised")));
    }
}
