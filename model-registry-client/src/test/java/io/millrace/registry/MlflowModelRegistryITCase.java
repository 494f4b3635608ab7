package io.millrace.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.registry.ModelRegistryException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ServerSocketFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The registry over a real MLflow server, in the clear and through TLS. */
final class MlflowModelRegistryITCase extends ModelRegistryContract {
    private static MlflowServer server;
    private static TestCertificate certificate;

    private Relay relay;
    private Path credentials;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        server = MlflowServer.start(folder);
        certificate = TestCertificate.make(folder);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void startEmpty() throws IOException {
        relay = new Relay(ServerSocketFactory.getDefault(), server.port());
        credentials =
                MlflowServer.credentials(
                        scratch.resolve("credentials"), MlflowServer.USER, MlflowServer.PASSWORD);
        var api = server.api();
        for (var model : new MlflowStore(api).models()) {
            var named = Json.newObject().put("name", model);
            api.send("DELETE", "registered-models/delete", named, api.http().deadline());
        }
    }

    @AfterEach
    void closeRelay() {
        relay.close();
    }

    @Override
    ModelRegistry registry(Path cache) {
        return at("mlflow+http://127.0.0.1:" + relay.port(), credentials, cache);
    }

    private static ModelRegistry at(String location, Path credentials, Path cache) {
        return ModelRegistry.at(new RegistryAddress(location, credentials.toString(), null), cache);
    }

    @Override
    void damage(String version, String file) throws IOException {
        flip(folderOf(version).resolve(file));
    }

    private static Path folderOf(String version) throws IOException {
        return server.artifacts().resolve(artifactPath(version));
    }

    private static String artifactPath(String version) throws IOException {
        var api = server.api();
        return new MlflowSources(api).folder("fraud", version, api.http().deadline()).toString();
    }

    @Override
    void takeAway() {
        relay.close();
    }

    @Test
    void throughTlsItTrustsTheGivenCertificateOnly() throws Exception {
        var version = publish(BYTES);
        try (var tls = new Relay(certificate.server(), server.port())) {
            var location = "mlflow+https://127.0.0.1:" + tls.port();
            assertRefused(
                    Reason.CERTIFICATE_REFUSED,
                    () -> at(location, credentials, cache()).version("fraud", version));

            certificate.trustIn(credentials);

            var registry = at(location, credentials, cache());
            assertThat(registry.fetch(registry.version("fraud", version))).hasBinaryContent(BYTES);
        }
    }

    @Test
    void wrongCredentialsAreRefusedAndNotShown() throws IOException {
        publish(BYTES);
        MlflowServer.credentials(credentials, MlflowServer.USER, "a wrong secret");

        assertRefused(Reason.ACCESS_REFUSED, () -> registry().resolve("fraud", "champion"))
                .withMessageNotContaining("secret");
    }

    @Test
    void exchangedCredentialsAreReadAnew() throws IOException {
        publish(BYTES);
        MlflowServer.credentials(credentials, MlflowServer.USER, "not yet");
        var registry = registry();
        assertRefused(Reason.ACCESS_REFUSED, registry::models);

        MlflowServer.credentials(credentials, MlflowServer.USER, MlflowServer.PASSWORD);

        assertThat(registry.models()).containsExactly("fraud");
    }

    @Test
    void changedMetadataIsRefused() throws IOException {
        var version = publish(BYTES);
        var file = folderOf(version).resolve("metadata.json");
        Files.writeString(file, Files.readString(file).replace("0.9", "0.8"));

        assertRefused(Reason.DIGEST_DIFFERS, () -> registry().version("fraud", version))
                .withMessageContaining("metadata.json of fraud/" + version);
    }

    @Test
    void aVersionThatIsNotPinnedIsRefused() throws IOException {
        var version = publish(BYTES);
        var api = server.api();
        var tag =
                Json.newObject()
                        .put("name", "fraud")
                        .put("version", version)
                        .put("key", MlflowStore.METADATA_TAG);
        api.send("DELETE", "model-versions/delete-tag", tag, api.http().deadline());

        assertRefused(Reason.METADATA_UNREADABLE, () -> registry().version("fraud", version))
                .withMessageContaining("has no tag millrace.metadata");
    }

    @Test
    void aFolderThatAsksForANumberIsNotRegistered() throws IOException {
        var folder = Candidates.write(scratch.resolve("next"), BYTES);
        Files.writeString(
                folder.resolve("metadata.json"),
                Candidates.metadata("\"version\": \"7\", ", BYTES));

        assertRefused(Reason.NAME_REFUSED, () -> registry().register("fraud", folder))
                .withMessageContaining("must leave version out");
    }

    @ParameterizedTest
    @CsvSource({"runs:/%s/model", "mlflow-artifacts:/%2$s/%1$s/artifacts/model"})
    void aSourceInTheServersOwnStoreIsRead(String source) throws IOException {
        var version = registerAgain(publish(BYTES), source);

        assertThat(registry().version("fraud", version).digest()).isEqualTo(Sha256.of(BYTES));
    }

    @Test
    void whatTheDocumentsSayIsWhatARegistryReads() throws Exception {
        var script = Files.writeString(scratch.resolve("register.py"), snippet());
        Candidates.write(scratch.resolve("card-fraud"), BYTES);

        var builder =
                new ProcessBuilder(MlflowServer.python().toString(), script.toString())
                        .directory(scratch.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(scratch.resolve("register.log").toFile());
        builder.environment()
                .putAll(
                        Map.of(
                                "MLFLOW_TRACKING_URI",
                                "http://127.0.0.1:" + server.port(),
                                "MLFLOW_TRACKING_USERNAME",
                                MlflowServer.USER,
                                "MLFLOW_TRACKING_PASSWORD",
                                MlflowServer.PASSWORD,
                                "MLFLOW_DISABLE_TELEMETRY",
                                "true"));
        var python = builder.start();
        assertThat(python.waitFor(3, TimeUnit.MINUTES)).isTrue();
        assertThat(python.exitValue())
                .as(Files.readString(scratch.resolve("register.log")))
                .isZero();

        var registry = registry();
        var version = registry.require("card-fraud", "champion");
        assertThat(registry.fetch(version)).hasBinaryContent(BYTES);
        assertThat(registry.golden(version)).isPresent();
    }

    private static String snippet() throws IOException {
        var documents = Files.readString(Path.of("../docs/ml-engineer.md"));
        int start = documents.indexOf("```python\nimport hashlib");
        assertThat(start).as("the lines that register with MLflow").isPositive();
        return documents.substring(start + 10, documents.indexOf("```\n", start + 10));
    }

    /** Another version of the same files, whose source is written so. */
    private String registerAgain(String version, String source) throws IOException {
        var api = server.api();
        var query = Map.of("name", "fraud", "version", version);
        var found =
                api.get("model-versions/get", query, api.http().deadline())
                        .orElseThrow()
                        .path("model_version");
        var run = found.path("run_id").asText();
        var experiment = artifactPath(version).replaceFirst("/.*", "");
        var json =
                Json.newObject()
                        .put("name", "fraud")
                        .put("run_id", run)
                        .put("source", source.formatted(run, experiment));
        json.set("tags", found.path("tags"));
        return api.send("POST", "model-versions/create", json, api.http().deadline())
                .at("/model_version/version")
                .asText();
    }
}
