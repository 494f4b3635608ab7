package io.millrace.tests.report;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;

/** A real Chromium without a window, in which a page is open. */
final class Browser implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ChromeDriver driver;

    private Browser(ChromeDriver driver) {
        this.driver = driver;
    }

    /** Why there is no browser here; empty where there is one. */
    static String missing() {
        if (find("MILLRACE_CHROMIUM", "chromium", "chromium-browser", "google-chrome").isEmpty()) {
            return "there is no chromium; MILLRACE_CHROMIUM may name one";
        }
        if (find("MILLRACE_CHROMEDRIVER", "chromedriver").isEmpty()) {
            return "there is no chromedriver; MILLRACE_CHROMEDRIVER may name one";
        }
        return "";
    }

    /**
     * @param profile an empty folder, which the browser's own files go to
     */
    static Browser start(Path profile) {
        var options = new ChromeOptions();
        options.setBinary(
                find("MILLRACE_CHROMIUM", "chromium", "chromium-browser", "google-chrome"));
        options.addArguments(
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--user-data-dir=" + profile);
        options.setCapability("goog:loggingPrefs", Map.of(LogType.BROWSER, "ALL"));
        var service =
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(
                                new File(find("MILLRACE_CHROMEDRIVER", "chromedriver")))
                        .usingAnyFreePort()
                        .build();
        return new Browser(new ChromeDriver(service, options));
    }

    /**
     * Opens a page as a screen of this width shows it, and waits until it says that it is ready.
     *
     * @param scheme {@code light} or {@code dark}
     */
    void open(Path page, int width, String scheme) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of(
                        "width",
                        width,
                        "height",
                        900,
                        "deviceScaleFactor",
                        1,
                        "mobile",
                        width < 600));
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
        driver.get(page.toUri().toString());
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> "true".equals(ask("return document.documentElement.dataset.ready")));
    }

    /** What a script returns. */
    Object ask(String script, Object... arguments) {
        return driver.executeScript(script, arguments);
    }

    String text(String selector) {
        return String.valueOf(
                ask("return document.querySelector(arguments[0]).innerText", selector));
    }

    /** The text of every element, in the order of the page. */
    @SuppressWarnings("unchecked")
    List<String> texts(String selector) {
        return (List<String>)
                ask(
                        "return [...document.querySelectorAll(arguments[0])].map(e => e.innerText)",
                        selector);
    }

    /** What the console has said that is an error, refusals by the page's own policy too. */
    List<String> errors() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.SEVERE.intValue())
                .map(LogEntry::getMessage)
                .toList();
    }

    /** The whole page as a picture. */
    void shoot(Path picture) throws IOException {
        save(
                driver.executeCdpCommand(
                        "Page.captureScreenshot",
                        Map.of("format", "png", "captureBeyondViewport", true)),
                picture);
    }

    /** The page as it is printed. */
    void print(Path pdf) throws IOException {
        save(driver.executeCdpCommand("Page.printToPDF", Map.of()), pdf);
    }

    @Override
    public void close() {
        driver.quit();
    }

    private static void save(Map<String, Object> answer, Path file) throws IOException {
        Files.write(file, Base64.getDecoder().decode(String.valueOf(answer.get("data"))));
    }

    /** The executable that a variable names, or the first of these on the path; empty for none. */
    private static String find(String variable, String... names) {
        String named = System.getenv(variable);
        if (named != null && !named.isEmpty()) {
            return named;
        }
        String path = Objects.requireNonNullElse(System.getenv("PATH"), "");
        return Stream.of(names)
                .flatMap(
                        name ->
                                Stream.of(path.split(File.pathSeparator))
                                        .map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst()
                .orElse("");
    }
}
