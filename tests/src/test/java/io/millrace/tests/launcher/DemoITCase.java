package io.millrace.tests.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo in a short form, as a stranger sees it. */
class DemoITCase {
    private static final Pattern IDENTITY =
            Pattern.compile(
                    "([0-9,]+) in = ([0-9,]+) scored \\+ ([0-9,]+) dead-lettered \\+ ([0-9,]+)"
                            + " duplicate; nothing missing, nothing doubled");

    @TempDir Path folder;

    @Test
    void everyRecordIsAccountedForAndNothingIsLeftBehind() throws IOException {
        try (var demo =
                Launched.start(
                        folder,
                        Map.of(),
                        "demo",
                        "--events",
                        "5000",
                        "--rate",
                        "max",
                        "--report",
                        "report.html")) {
            assertThat(demo.exitCode()).as(demo.output()).isZero();
            String said = demo.output();

            var identity = IDENTITY.matcher(said);
            assertThat(identity.find()).as(said).isTrue();
            long scored = number(identity.group(2));
            assertThat(number(identity.group(1)))
                    .isEqualTo(scored + number(identity.group(3)) + number(identity.group(4)));
            // A row that was sent late is late only where the watermark has come before it.
            var late = Pattern.compile("TOO_LATE ([\\d,]+)").matcher(said);
            assertThat(scored + (late.find() ? number(late.group(1)) : 0)).isEqualTo(5_014);

            assertThat(said).containsPattern("AUC 0\\.[89]").contains("average precision 0.");
            assertThat(said).contains("CONTRACT_BROKEN", "MALFORMED");
            assertThat(said)
                    .containsPattern("\\d+ drift windows, \\d+ quality windows, \\d+ alert");
            assertThat(Files.readString(folder.resolve("report.html")))
                    .contains("\"pipeline\":\"card-fraud\"", "TERMINAL_ID_RISK_30DAY_WINDOW");
            assertThat(folder.resolve("tmp")).isEmptyDirectory();
            assertThatNothingListens(said, "web UI");
            assertThatNothingListens(said, "metrics");
        }
    }

    @Test
    void aReportThatCouldNotBeWrittenIsRefusedAtOnce() {
        try (var demo =
                Launched.start(folder, Map.of(), "demo", "--report", "nowhere/report.html")) {
            assertThat(demo.exitCode()).as(demo.output()).isEqualTo(2);
            assertThat(demo.output())
                    .contains(
                            "--report is in %s, which is no folder"
                                    .formatted(folder.resolve("nowhere")));
        }
    }

    @Test
    void ctrlCStopsItCleanly() {
        try (var demo = Launched.start(folder, Map.of(), "demo", "--rate", "200")) {
            demo.awaitOutput("checkpoints");
            demo.interrupt();

            assertThat(demo.exitCode()).isEqualTo(130);
            assertThat(demo.output()).contains("Stopped; nothing is left behind.");
            assertThat(folder.resolve("tmp")).isEmptyDirectory();
        }
    }

    private static long number(String text) {
        return Long.parseLong(text.replace(",", ""));
    }

    private static void assertThatNothingListens(String said, String what) {
        var address = Pattern.compile(what + " +(http\\S+)").matcher(said);
        assertThat(address.find()).as(said).isTrue();
        int port = URI.create(address.group(1)).getPort();
        assertThatThrownBy(
                        () -> {
                            try (var socket = new Socket()) {
                                socket.connect(
                                        new InetSocketAddress(
                                                InetAddress.getLoopbackAddress(), port),
                                        1_000);
                            }
                        })
                .as("%s is open", address.group(1))
                .isInstanceOf(ConnectException.class);
    }
}
