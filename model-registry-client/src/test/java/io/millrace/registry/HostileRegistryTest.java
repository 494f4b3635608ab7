package io.millrace.registry;

import static io.millrace.registry.ModelRegistryContract.BYTES;
import static io.millrace.registry.ModelRegistryContract.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.registry.FakeMlflow.Reply;
import io.millrace.registry.ModelRegistryException.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that lies, stalls and breaks off: each is told apart, and none does harm. */
@Timeout(60)
final class HostileRegistryTest {
    private static final HttpLimits SHORT =
            new HttpLimits(
                    Duration.ofMillis(800), Duration.ofMillis(2000), 1 << 20, Duration.ofMillis(2));

    @TempDir Path folder;

    private FakeMlflow server;

    @BeforeEach
    void start() throws IOException {
        server = new FakeMlflow();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private ModelRegistry registry() {
        return registry(server.address(), null);
    }

    private ModelRegistry registry(URI address, @Nullable Path credentials) {
        return registry(address, credentials, SHORT);
    }

    private ModelRegistry registry(URI address, @Nullable Path credentials, HttpLimits limits) {
        var http = new RegistryHttp(address, new Credentials(credentials), limits);
        return new CheckedModelRegistry(
                new MlflowStore(new MlflowApi(http)),
                folder.resolve("cache"),
                null,
                Clock.systemUTC());
    }

    /** What a server may say of a model that is no answer, and what it is called. */
    private enum Lie {
        FAILS(Reason.UNAVAILABLE),
        IS_BUSY(Reason.UNAVAILABLE),
        FORBIDS(Reason.ACCESS_REFUSED),
        REDIRECTS(Reason.ANSWER_REFUSED),
        SAYS_NOTHING(Reason.ANSWER_REFUSED),
        SENDS_A_PAGE(Reason.ANSWER_REFUSED),
        SENDS_A_LIST(Reason.ANSWER_REFUSED),
        NEVER_ENDS(Reason.ANSWER_REFUSED),
        IS_TOO_DEEP(Reason.ANSWER_REFUSED),
        SAYS_IT_TWICE(Reason.ANSWER_REFUSED),
        SPEAKS_OF_ANOTHER(Reason.ANSWER_REFUSED),
        MISTYPES(Reason.ANSWER_REFUSED),
        LEADS_ASTRAY(Reason.ALIASES_UNREADABLE),
        LEADS_NOWHERE(Reason.VERSION_MISSING),
        IS_NO_MLFLOW(Reason.ANSWER_REFUSED),
        DRIPS(Reason.TOO_SLOW),
        KEEPS_SILENT(Reason.TOO_SLOW),
        BREAKS_OFF(Reason.READ_FAILED);

        private final Reason reason;

        Lie(Reason reason) {
            this.reason = reason;
        }
    }

    private Reply replyOf(Lie lie) {
        return switch (lie) {
            case FAILS -> FakeMlflow.whole(500, "{}");
            case IS_BUSY -> FakeMlflow.whole(429, "");
            case FORBIDS -> FakeMlflow.whole(403, "{}");
            case REDIRECTS -> FakeMlflow.redirect(URI.create("http://127.0.0.1:1/elsewhere"));
            case SAYS_NOTHING -> FakeMlflow.whole(200, "");
            case SENDS_A_PAGE -> FakeMlflow.whole(200, "<html>sign in</html>");
            case SENDS_A_LIST -> FakeMlflow.whole(200, "[]");
            case NEVER_ENDS -> FakeMlflow.endless();
            case IS_TOO_DEEP -> FakeMlflow.whole(200, "{\"a\":".repeat(100_000));
            case SAYS_IT_TWICE -> FakeMlflow.whole(200, "{\"a\": 1, \"a\": 2}");
            case SPEAKS_OF_ANOTHER ->
                    FakeMlflow.whole(200, "{\"registered_model\": {\"name\": \"churn\"}}");
            case MISTYPES -> model("[{\"alias\": \"champion\", \"version\": 1}]");
            case LEADS_ASTRAY -> model("[{\"alias\": \"champion\", \"version\": \"../../etc\"}]");
            case LEADS_NOWHERE -> model("[{\"alias\": \"champion\", \"version\": \"latest\"}]");
            case IS_NO_MLFLOW -> FakeMlflow.whole(404, "not here");
            case DRIPS -> server.drip();
            case KEEPS_SILENT -> server.silence();
            case BREAKS_OFF -> FakeMlflow.cutShort("{\"registered_model\": ");
        };
    }

    private static Reply model(String aliases) {
        return FakeMlflow.whole(
                200,
                "{\"registered_model\": {\"name\": \"fraud\", \"aliases\": %s}}"
                        .formatted(aliases));
    }

    @ParameterizedTest
    @EnumSource(Lie.class)
    void eachLieIsToldApartAndTheLastGoodVersionGoesOn(Lie lie) {
        var good = registry().resolveOrRecall("fraud", "champion");
        server.reply(FakeMlflow.MODEL, replyOf(lie));

        assertRefused(lie.reason, () -> registry().resolve("fraud", "champion"));
        var recalled = registry().resolveOrRecall("fraud", "champion");

        assertThat(recalled.version()).isEqualTo(good.version());
        assertThat(recalled.failure()).satisfies(e -> assertThat(e.reason()).isEqualTo(lie.reason));
    }

    @Test
    void whatMayPassIsTriedAgain() throws IOException {
        var times = new AtomicInteger();
        server.reply(
                FakeMlflow.MODEL,
                request ->
                        (times.incrementAndGet() < 4
                                        ? FakeMlflow.whole(503, "")
                                        : model("[{\"alias\": \"champion\", \"version\": \"1\"}]"))
                                .to(request));

        assertThat(registry().require("fraud", "champion")).hasToString("fraud/1");
        assertThat(times).hasValue(4);
    }

    @Test
    void whatDoesNotPassIsAskedOnce() {
        server.reply(FakeMlflow.MODEL, FakeMlflow.whole(401, ""));

        assertRefused(Reason.ACCESS_REFUSED, () -> registry().resolve("fraud", "champion"));
        assertThat(server.asked(FakeMlflow.MODEL)).isOne();
    }

    @Test
    void noRedirectIsFollowed() throws IOException {
        try (var other = new FakeMlflow()) {
            server.reply(FakeMlflow.MODEL, FakeMlflow.redirect(other.address().resolve("/x")));
            assertRefused(Reason.ANSWER_REFUSED, () -> registry().resolve("fraud", "champion"))
                    .withMessageContaining("answers 302, a redirect, which is not followed");
            assertThat(other.asked("")).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3://bucket/model",
                "file:///etc",
                "/etc",
                "http://127.0.0.1:1/model",
                "dbfs:/model",
                "mlflow-artifacts://127.0.0.1:1/model",
                "mlflow-artifacts:/",
                "mlflow-artifacts:/1/../../auth.db",
                "mlflow-artifacts:/1/%2e%2e/auth.db",
                "mlflow-artifacts:/1/model?path=x",
                "mlflow-artifacts:/1//model",
                "mlflow-artifacts:/1/..\\\\model",
                "runs:/0123456789abcdef0123456789abcdef/../../x",
                "models:/fraud/1"
            })
    void nothingIsFetchedFromElsewhere(String source) {
        server.say(FakeMlflow.SOURCE, "{\"artifact_uri\": \"%s\"}".formatted(source));
        server.say(
                "runs/get",
                "{\"run\": {\"info\": {\"artifact_uri\": \"mlflow-artifacts:/1/run\"}}}");

        assertRefused(Reason.SOURCE_REFUSED, () -> registry().version("fraud", "1"));
        assertThat(server.asked("mlflow-artifacts")).isZero();
    }

    @Test
    void aRunThatKeepsItsFilesElsewhereIsRefused() {
        server.say(
                FakeMlflow.SOURCE,
                "{\"artifact_uri\": \"runs:/0123456789abcdef0123456789abcdef/model\"}");
        server.say("runs/get", "{\"run\": {\"info\": {\"artifact_uri\": \"s3://bucket/1/run\"}}}");

        assertRefused(Reason.SOURCE_REFUSED, () -> registry().version("fraud", "1"));
    }

    @Test
    void aLoggedModelIsReadWhereTheServerKeepsIt() {
        server.say(
                FakeMlflow.SOURCE,
                "{\"artifact_uri\": \"models:/m-0123456789abcdef0123456789abcdef\"}");
        server.say(
                "logged-models/m-0123456789abcdef0123456789abcdef",
                "{\"model\": {\"info\": {\"artifact_uri\": \"mlflow-artifacts:/1/run/model\"}}}");

        assertThat(registry().version("fraud", "1").digest()).isEqualTo(Sha256.of(BYTES));
    }

    @Test
    void metadataOfAnotherDigestIsRefused() {
        server.say(FakeMlflow.METADATA_FILE, Candidates.metadata("", new byte[] {1}));

        assertRefused(Reason.DIGEST_DIFFERS, () -> registry().version("fraud", "1"));
    }

    @Test
    void metadataThatNeverEndsIsRefused() {
        server.reply(FakeMlflow.METADATA_FILE, FakeMlflow.endless());

        assertRefused(Reason.ANSWER_REFUSED, () -> registry().version("fraud", "1"));
    }

    @Test
    void anotherVersionThanWasAskedForIsRefused() {
        server.say(
                FakeMlflow.VERSION,
                "{\"model_version\": {\"name\": \"fraud\", \"version\": \"2\"}}");

        assertRefused(Reason.ANSWER_REFUSED, () -> registry().version("fraud", "1"))
                .withMessageContaining("version is '2'; it must be '1'");
    }

    @Test
    void aModelThatNeverEndsIsRefusedAndLeavesNothing() throws IOException {
        var version = registry().version("fraud", "1");
        server.reply(FakeMlflow.MODEL_FILE, FakeMlflow.endless());

        assertRefused(Reason.DIGEST_DIFFERS, () -> registry().fetch(version))
                .withMessageContaining("more than 20 bytes");
        assertThat(copies()).isEmpty();
    }

    @Test
    void aModelThatDripsIsGivenUp() throws IOException {
        var version = registry().version("fraud", "1");
        server.reply(FakeMlflow.MODEL_FILE, server.silence());

        assertRefused(Reason.TOO_SLOW, () -> registry().fetch(version));
        assertThat(copies()).isEmpty();
    }

    @Test
    void otherBytesAreRefused() throws IOException {
        var version = registry().version("fraud", "1");
        server.say(FakeMlflow.MODEL_FILE, "the bytes of a modeX");

        assertRefused(Reason.DIGEST_DIFFERS, () -> registry().fetch(version));
        assertThat(copies()).isEmpty();
    }

    @Test
    void aModelThatBreaksOffIsFetchedFromItsBeginning() throws IOException {
        var version = registry().version("fraud", "1");
        var times = new AtomicInteger();
        var text = new String(BYTES, StandardCharsets.UTF_8);
        server.reply(
                FakeMlflow.MODEL_FILE,
                request ->
                        (times.incrementAndGet() == 1
                                        ? FakeMlflow.cutShort("the bytes")
                                        : FakeMlflow.whole(200, text))
                                .to(request));

        assertThat(registry().fetch(version)).hasBinaryContent(BYTES);
        assertThat(times).hasValue(2);
    }

    @Test
    void pagesThatNeverEndAreRefused() {
        server.say(
                "registered-models/search",
                "{\"registered_models\": [{\"name\": \"a\"}], \"next_page_token\": \"again\"}");

        var patient = registry(server.address(), null, HttpLimits.STANDARD);
        assertRefused(Reason.ANSWER_REFUSED, patient::models)
                .withMessageContaining("lists more than 50 pages");
    }

    @Test
    void namesThatNoRegistryMayHoldAreNotListed() {
        server.say(
                "registered-models/search",
                "{\"registered_models\": [{\"name\": \"../x\"}, {\"name\": \"fraud\"}, {}]}");

        assertThat(registry().models()).containsExactly("fraud");
    }

    @Test
    void aPortThatDoesNotSpeakHttpIsRefused() throws IOException {
        try (var port = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            var thread =
                    new Thread(
                            () -> {
                                try {
                                    while (true) {
                                        try (var caller = port.accept()) {
                                            caller.getOutputStream()
                                                    .write(
                                                            "SSH-2.0-x\r\n\r\n"
                                                                    .getBytes(
                                                                            StandardCharsets
                                                                                    .US_ASCII));
                                        }
                                    }
                                } catch (IOException closed) {
                                    // The test is over.
                                }
                            });
            thread.start();
            var address = URI.create("http://127.0.0.1:" + port.getLocalPort());

            assertRefused(
                    Reason.ANSWER_REFUSED,
                    () -> registry(address, null).resolve("fraud", "champion"));
        }
    }

    @Test
    void aTokenIsShownAndTrimmed() throws IOException {
        var credentials = Files.createDirectories(folder.resolve("credentials"));
        Files.writeString(credentials.resolve("token"), "a.token\n");

        registry(server.address(), credentials).resolve("fraud", "champion");

        assertThat(server.authorizations()).isNotEmpty().containsOnly("Bearer a.token");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "two\nlines", "umlaut\u00e4"})
    void aTokenThatIsNoneIsRefusedAndNotShown(String token) throws IOException {
        var credentials = Files.createDirectories(folder.resolve("credentials"));
        Files.writeString(credentials.resolve("token"), token);

        assertRefused(
                        Reason.CREDENTIALS_REFUSED,
                        () -> registry(server.address(), credentials).models())
                .withMessageNotContaining("two")
                .withMessageNotContaining("umlaut");
    }

    @Test
    void credentialsDoNotGoOutUnencrypted() throws IOException {
        var credentials = Files.createDirectories(folder.resolve("credentials"));
        Files.writeString(credentials.resolve("username"), "user");
        Files.writeString(credentials.resolve("password"), "password");

        assertRefused(
                Reason.CREDENTIALS_REFUSED,
                () -> registry(URI.create("http://mlflow.example.com"), credentials));
    }

    private java.util.List<Path> copies() throws IOException {
        return ModelRegistryContract.filesIn(folder.resolve("cache")).stream()
                .filter(file -> file.toString().contains("sha256"))
                .toList();
    }
}
