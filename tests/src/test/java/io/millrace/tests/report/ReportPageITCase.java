package io.millrace.tests.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.jobs.local.LocalKafka;
import io.millrace.jobs.pipeline.EventTimeRange;
import io.millrace.jobs.report.PublishedReports;
import io.millrace.jobs.report.ReportContent;
import io.millrace.jobs.report.ReportPage;
import io.millrace.sink.TopicPlan;
import io.millrace.spec.PipelineSpec;
import io.millrace.tests.Repository;
import io.millrace.tests.pipeline.ReferencePipeline;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The page of eight reported weeks, from topics to pixels. */
class ReportPageITCase {
    /** Finds the plots whose canvas does not show the colour of their first key. */
    private static final String UNPAINTED =
            """
            return [...document.querySelectorAll('.plot')].filter(plot => {
              const key = plot.parentElement.querySelector('.key.bar, .key:not(.box)');
              const style = getComputedStyle(key);
              const wanted = (key.matches('.bar') ? style.backgroundColor : style.borderTopColor).match(/\\d+/g).map(Number);
              const canvas = plot.querySelector('canvas');
              if (!canvas) return true;
              const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
              let painted = 0;
              for (let i = 0; i < pixels.length; i += 4) {
                if (pixels[i + 3] > 200 && [0, 1, 2].every(c => Math.abs(pixels[i + c] - wanted[c]) < 12)) painted++;
              }
              return painted < 20;
            }).map(plot => plot.getAttribute('aria-label'))
            """;

    private static final Path PICTURES = Repository.path("tests/target/report");

    @TempDir private static Path folder;

    private static Path page;

    @BeforeAll
    static void writeThePage() throws Exception {
        Files.createDirectories(PICTURES);
        page = PICTURES.resolve("report.html");
        try (var kafka = LocalKafka.start(folder.resolve("kafka"), Map.of())) {
            PipelineSpec spec = ReferencePipeline.on(kafka);
            TopicPlan.of(spec).create(2, (short) 1, Duration.ofSeconds(10));
            ReportedWeeks.publish(spec);
            PublishedReports reports =
                    PublishedReports.read(spec, spec.model().name(), EventTimeRange.ALL);
            ReportContent content =
                    ReportContent.of(
                            spec,
                            Objects.requireNonNull(spec.monitor()),
                            reports,
                            EventTimeRange.ALL,
                            Instant.parse("2026-03-02T06:00:00Z"));
            Files.writeString(page, ReportPage.of(content));
        }
    }

    @Test
    void nothingFromTopicsIsMarkup() throws Exception {
        String html = Files.readString(page);
        assertThat(html).doesNotContain("<img").doesNotContain("<b>north");
        assertThat(html.split("<script", -1)).hasSize(4);
    }

    @ParameterizedTest
    @CsvSource({"1280, light", "390, light", "1280, dark", "390, dark"})
    void itIsDrawnAtEveryWidth(int width, String scheme) throws Exception {
        if (isMissing()) {
            return;
        }
        try (var browser = Browser.start(folder.resolve("profile-" + width + scheme))) {
            browser.open(page, width, scheme);
            browser.shoot(PICTURES.resolve("report-%d-%s.png".formatted(width, scheme)));

            assertThat(browser.errors()).isEmpty();
            assertThat((List<?>) browser.ask(UNPAINTED)).isEmpty();
            assertThat(browser.ask("return document.querySelectorAll('.plot').length"))
                    .isEqualTo(16L);
            assertThat(browser.ask("return document.documentElement.scrollWidth"))
                    .isEqualTo((long) width);
        }
    }

    @Test
    void itSaysWhatWasPublished() throws Exception {
        if (isMissing()) {
            return;
        }
        try (var browser = Browser.start(folder.resolve("profile"))) {
            browser.open(page, 1280, "light");

            assertThat(browser.texts("#drift > .stack > .scroll tbody th"))
                    .containsExactly(
                            "TX_AMOUNT",
                            "CHANNEL",
                            "reconstruction",
                            "score",
                            "TERMINAL_ID_RISK_30DAY_WINDOW",
                            "CUSTOMER_ID_NB_TX_7DAY_WINDOW",
                            "NEVER_THERE");
            String amount = ".feature[data-feature=TX_AMOUNT]";
            assertThat(browser.text(amount))
                    .contains("drifted in 4 of 8")
                    .contains("2026-02-23 to 2026-03-02")
                    .contains("KS 0.313 (at most 0.06)");
            assertThat(browser.text("#overview"))
                    .contains("1\nof 2 in this range")
                    .contains("2 of 7")
                    .contains("Dead letters\n18");
            assertThat(browser.texts("#incidents .incident h3"))
                    .containsExactly(
                            "TX_AMOUNT and CHANNEL have drifted " + ReportedWeeks.HOSTILE,
                            "The score has drifted");
            assertThat(browser.text("#incidents .incident"))
                    .contains("TX_AMOUNT (62.5 %, reference 12.5 %), " + ReportedWeeks.HOSTILE)
                    .contains(ReportedWeeks.HOSTILE + " (37.5 %)")
                    .contains("tx-2, " + ReportedWeeks.HOSTILE);
            assertThat(browser.text(".feature[data-feature=reconstruction]"))
                    .contains("TX_AMOUNT\t12.5 %\t62.5 %");
            assertThat(browser.texts("#incidents .incident .head"))
                    .first()
                    .asString()
                    .contains("critical", "open");
            assertThat(browser.texts("#routes tbody th"))
                    .containsExactly("card-fraud/1 champion", "card-fraud/2 shadow");
            assertThat(browser.texts("#segments tbody th")).contains("<b>north</b>", "south");
            assertThat(browser.text("#data")).contains("CONTRACT_BROKEN\tingest\t17");

            // The last day of a shadow that has a figure, in the table beside its plot.
            browser.ask("document.querySelectorAll('details').forEach(d => { d.open = true; })");
            assertThat(browser.text("#quality figure:first-child tbody tr:first-child"))
                    .startsWith("2026-03-01\t");
            assertThat(browser.text(".feature[data-feature=CHANNEL]"))
                    .contains(ReportedWeeks.HOSTILE)
                    .contains("(empty)");
            assertThat(browser.ask("return document.title"))
                    .isEqualTo("card-fraud – monitoring report");

            choose(browser, "#drift select", 1);
            assertThat(browser.text("#drift .feature")).contains("KS 0.25 (at most 0.06)");
            assertThat((List<?>) browser.ask(UNPAINTED)).isEmpty();
            browser.print(PICTURES.resolve("report.pdf"));
            assertThat(browser.errors()).isEmpty();
        }
    }

    private static void choose(Browser browser, String selector, int option) {
        browser.ask(
                """
                const select = document.querySelector(arguments[0]);
                select.value = String(arguments[1]);
                select.dispatchEvent(new Event('change'));
                return new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
                """,
                selector,
                option);
    }

    private static boolean isMissing() {
        String missing = Browser.missing();
        if (!missing.isEmpty()) {
            System.out.println("NOT RUN: the report in a real browser; " + missing);
        }
        return !missing.isEmpty();
    }
}
