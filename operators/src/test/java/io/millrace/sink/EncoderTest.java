package io.millrace.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.record.Duplicate;
import io.millrace.record.Outgoing;
import io.millrace.record.Score;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EncoderTest {
    private final ScoreEncoder scores;
    private final DeadLetterEncoder deadLetters;

    EncoderTest() throws IOException {
        scores = new ScoreEncoder(Records.CONFIG);
        deadLetters = new DeadLetterEncoder(Records.CONFIG);
    }

    @Test
    void aScoreCarriesWhatAnAuditorAsks() throws IOException {
        Outgoing outgoing = scores.apply(Records.score("4711", "596", 0.875, 57.16, Double.NaN));

        assertThat(outgoing.topic()).isEqualTo("scores");
        assertThat(outgoing.key()).asString(UTF_8).isEqualTo("596");
        assertThat(outgoing.traceparent()).isEqualTo("00-ab-cd-01");
        assertThat(outgoing.value())
                .asString(UTF_8)
                .isEqualTo(
                        """
                        {"event_id":"4711","event_time":"2018-07-25T00:00:12.345Z","entity":"596",\
                        "model_name":"card-fraud","model_version":"7","model_digest":"sha256:ab",\
                        "route":"CHAMPION","score":0.875,"decision":"review",\
                        "features":{"TX_AMOUNT":57.16,"TX_DURING_NIGHT":null},\
                        "latency_millis":12,\
                        "source_topic":"transactions","source_partition":3,"source_offset":42}\
                        """);
    }

    @Test
    void aScoreWithoutFeaturesLeavesTheFieldOut() throws IOException {
        var config =
                new SinkConfig(
                        "p",
                        "localhost:9092",
                        Map.of(),
                        "scores",
                        "dead-letters",
                        "duplicates",
                        Records.CONFIG.featureNames(),
                        false,
                        Records.CONFIG.guarantee(),
                        1);

        Outgoing outgoing = new ScoreEncoder(config).apply(Records.score("1", "2", 0.5));

        assertThat(Records.parse(outgoing.value())).doesNotContainKey("features");
    }

    @Test
    void whatElseTheModelSaysIsThereWhereItSaysMore() throws IOException {
        var alone = Records.score("1", "2", 0.5, 7, 1);
        var more =
                with(
                        alone,
                        alone.segment(),
                        List.of(
                                Score.Output.ofNumbers("classes", new double[] {0.25, 0, 0.75}),
                                Score.Output.ofTexts("label", List.of("stolen"))),
                        alone.warming());
        var encoder = new ScoreEncoder(Records.CONFIG);

        assertThat(new String(encoder.apply(alone).value(), UTF_8)).doesNotContain("outputs");
        assertThat(new String(encoder.apply(more).value(), UTF_8))
                .contains(
                        """
                        "outputs":[{"name":"classes","numbers":[0.25,0.0,0.75]},{"name":"label","texts":["stolen"]}]\
                        """);
    }

    private static Score with(
            Score score, String segment, List<Score.Output> outputs, int[] warming) {
        return new Score(
                score.origin(),
                score.eventId(),
                score.eventTimeMillis(),
                score.entity(),
                segment,
                score.modelName(),
                score.modelVersion(),
                score.modelDigest(),
                score.route(),
                score.value(),
                outputs,
                score.decision(),
                score.features(),
                warming,
                score.latencyMillis());
    }

    @Test
    void aScoreNamesItsOwnModelWhateverAnsweredBefore() throws IOException {
        var encoder = new ScoreEncoder(Records.CONFIG);
        List<Score> scores =
                List.of(
                        of("a", "7", "sha256:ab", Score.Route.CHAMPION),
                        of("a", "7", "sha256:ab", Score.Route.CHALLENGER),
                        of("a", "7", "sha256:cd", Score.Route.CHALLENGER),
                        of("a", "8", "sha256:cd", Score.Route.CHALLENGER),
                        of("b", "8", "sha256:cd", Score.Route.CHALLENGER),
                        of("a", "7", "sha256:ab", Score.Route.CHAMPION));

        for (Score score : scores) {
            assertThat(Records.parse(encoder.apply(score).value()))
                    .containsEntry("model_name", score.modelName())
                    .containsEntry("model_version", score.modelVersion())
                    .containsEntry("model_digest", score.modelDigest())
                    .containsEntry("route", score.route().name());
        }
    }

    private static Score of(String name, String version, String digest, Score.Route route) {
        var score = Records.score("1", "2", 0.5, 7, 1);
        return new Score(
                score.origin(),
                score.eventId(),
                score.eventTimeMillis(),
                score.entity(),
                name,
                version,
                digest,
                route,
                score.value(),
                score.decision(),
                score.features(),
                score.latencyMillis());
    }

    @Test
    void aScoreSaysItsSegmentWhereItHasOne() throws IOException {
        var alone = Records.score("1", "2", 0.5, 7, 1);
        var encoder = new ScoreEncoder(Records.CONFIG);
        for (String segment : List.of("web", "", "shop \"1\"", "web")) {
            var score = with(alone, segment, alone.outputs(), alone.warming());
            var json = Records.parse(encoder.apply(score).value());
            assertThat(json.get("segment")).isEqualTo(segment.isEmpty() ? null : segment);
        }
    }

    @Test
    void aFallbackSaysWhyItAnswers() throws IOException {
        var score = Records.score("1", "2", 0.5, 7, 1);
        var fallback =
                new Score(
                        score.origin(),
                        score.eventId(),
                        score.eventTimeMillis(),
                        score.entity(),
                        score.segment(),
                        score.modelName(),
                        score.modelVersion(),
                        score.modelDigest(),
                        Score.Route.FALLBACK,
                        "m/2: it failed",
                        score.value(),
                        List.of(),
                        score.decision(),
                        score.features(),
                        score.warming(),
                        score.latencyMillis());
        var encoder = new ScoreEncoder(Records.CONFIG);

        assertThat(Records.parse(encoder.apply(score).value())).doesNotContainKey("because");
        assertThat(Records.parse(encoder.apply(fallback).value()))
                .containsEntry("because", "m/2: it failed");
    }

    @Test
    void theNamesOfWarmingFeaturesAreThereWhereAnyWarms() throws IOException {
        var full = Records.score("1", "2", 0.5, 7, 1);
        var warming = with(full, full.segment(), List.of(), new int[] {1});
        var encoder = new ScoreEncoder(Records.CONFIG);

        assertThat(Records.parse(encoder.apply(full).value())).doesNotContainKey("warming");
        assertThat(Records.parse(encoder.apply(warming).value()))
                .containsEntry("warming", List.of("TX_DURING_NIGHT"));
    }

    @Test
    void aScoreTooLargeForItsTopicIsADeadLetterOfBoundedSize() throws IOException {
        String id = "\u0001".repeat(200_000);

        Outgoing outgoing = scores.apply(Records.score(id, "596", 0.5, 1, 0));

        assertThat(outgoing.topic()).isEqualTo("dead-letters");
        assertThat(outgoing.value().length).isLessThan(RecordSize.MAX_BYTES);
        assertThat(Records.parse(outgoing.value()))
                .containsEntry("stage", "sink")
                .containsEntry("reason", "TOO_LARGE")
                .containsEntry("source_partition", 3L)
                .containsEntry("source_offset", 42L)
                .hasEntrySatisfying(
                        "detail",
                        detail ->
                                assertThat((String) detail)
                                        .startsWith("the score's record is 12003")
                                        .endsWith("it must be at most 1000000"));
        assertThat(scores.apply(Records.score("next", "596", 0.5, 1, 0)).topic())
                .isEqualTo("scores");
    }

    @Test
    void aDeadLetterCarriesItsOriginalAsText() throws IOException {
        byte[] original = "{\"amount\": \"viel\", \"ort\": \"Köln\"".getBytes(UTF_8);

        Outgoing outgoing =
                deadLetters.apply(Records.deadLetter(original, "it must be a number", null));

        assertThat(outgoing.topic()).isEqualTo("dead-letters");
        assertThat(outgoing.key()).asString(UTF_8).isEqualTo("transactions-3-42");
        assertThat(outgoing.value())
                .asString(UTF_8)
                .isEqualTo(
                        """
                        {"event_id":null,"stage":"ingest","reason":"MALFORMED",\
                        "detail":"it must be a number",\
                        "source_topic":"transactions","source_partition":3,"source_offset":42,\
                        "source_time":"2018-07-25T00:00:00.000Z",\
                        "original_text":"{\\"amount\\": \\"viel\\", \\"ort\\": \\"Köln\\"",\
                        "original_bytes":33}\
                        """);
    }

    @Test
    void bytesThatAreNoTextAreKeptInBase64() throws IOException {
        byte[] original = {(byte) 0xC0, (byte) 0x80, 0, 1};

        var fields =
                Records.parse(deadLetters.apply(Records.deadLetter(original, "", "9")).value());

        assertThat(fields)
                .containsEntry("original_base64", Base64.getEncoder().encodeToString(original))
                .containsEntry("original_bytes", 4L)
                .doesNotContainKeys("original_text", "original_sha256");
    }

    @Test
    void anOriginalTooLargeForItsTopicIsCutAndSaysSo() throws IOException {
        byte[] original = "ä".repeat(1_000_000).getBytes(UTF_8);

        Outgoing outgoing =
                deadLetters.apply(Records.deadLetter(original, "x".repeat(100_000), "9"));

        assertThat(outgoing.value().length).isLessThan(RecordSize.MAX_BYTES);
        assertThat(Records.parse(outgoing.value()))
                .containsEntry("original_text", "ä".repeat(RecordSize.MAX_ORIGINAL_BYTES / 2))
                .containsEntry("original_bytes", 2_000_000L)
                .containsEntry("original_sha256", Original.sha256(original))
                .containsEntry("detail", "x".repeat(RecordSize.MAX_TEXT_CHARS) + "…");
    }

    @Test
    void aDuplicateNamesBothCopies() throws IOException {
        Outgoing outgoing =
                new DuplicateEncoder(Records.CONFIG)
                        .apply(new Duplicate(Records.origin(new byte[0]), "4711", 3, 17));

        assertThat(outgoing.topic()).isEqualTo("duplicates");
        assertThat(outgoing.value())
                .asString(UTF_8)
                .isEqualTo(
                        """
                        {"event_id":"4711","first_partition":3,"first_offset":17,\
                        "source_topic":"transactions","source_partition":3,"source_offset":42,\
                        "source_time":"2018-07-25T00:00:00.000Z"}\
                        """);
    }
}
