package io.millrace.jobs.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The page of a report: one HTML file that needs nothing else.
 *
 * <p>What comes from topics is in one island of JSON, in which no {@code <} is left, and is set as
 * text by the page's script. The page's own policy lets nothing run or load but what it is made
 * with, by digest.
 */
public final class ReportPage {
    private static final String LIBRARY = "/META-INF/resources/webjars/uplot/1.6.30/";
    private static final Pattern SLOT = Pattern.compile("\\{\\{([a-z-]+)}}");

    private ReportPage() {}

    /** The whole page. */
    public static String of(ReportContent content) {
        String style = resource(LIBRARY + "dist/uPlot.min.css") + resource("page.css");
        String library = resource(LIBRARY + "dist/uPlot.iife.min.js");
        String script = resource("page.js");
        Map<String, String> parts =
                Map.of(
                        "licence", resource(LIBRARY + "LICENSE"),
                        "style", style,
                        "style-digest", digest(style),
                        "library", library,
                        "library-digest", digest(library),
                        "script", script,
                        "script-digest", digest(script),
                        "content", island(content));
        return SLOT.matcher(resource("page.html")).replaceAll(slot -> part(parts, slot));
    }

    private static String part(Map<String, String> parts, MatchResult slot) {
        return Matcher.quoteReplacement(Objects.requireNonNull(parts.get(slot.group(1))));
    }

    /** In JSON a {@code <} is only in texts, where it may as well be escaped. */
    private static String island(ReportContent content) {
        try {
            return new JsonMapper().writeValueAsString(content.json()).replace("<", "\\u003c");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain values can be written", e);
        }
    }

    private static String digest(String text) {
        try {
            byte[] sum = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
            return "'sha256-" + Base64.getEncoder().encodeToString(sum) + "'";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static String resource(String name) {
        try (InputStream in = ReportPage.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
