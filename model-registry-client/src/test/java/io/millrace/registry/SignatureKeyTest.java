package io.millrace.registry;

import static io.millrace.registry.ModelRegistryContract.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.registry.ModelRegistryException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Signatures that OpenSSF's own tool has made; {@code src/test/python/sign.sh} makes them anew. */
final class SignatureKeyTest {
    private static final Path SIGNATURES = Path.of("src/test/resources/signatures");
    private static final String DSSE = "DSSEv1 28 application/vnd.in-toto+json ";

    @TempDir Path scratch;

    private Path version;

    @BeforeEach
    void register() throws IOException {
        version = Files.createDirectories(scratch.resolve("models/fraud/1"));
        for (var file : new String[] {"model.onnx", "metadata.json", "golden.csv"}) {
            Files.copy(SIGNATURES.resolve("fraud").resolve(file), version.resolve(file));
        }
    }

    private ModelRegistry registry(Path key) {
        return ModelRegistry.at(
                new RegistryAddress(scratch.resolve("models").toString(), null, key.toString()),
                scratch.resolve("cache"));
    }

    private void sign(String curve) throws IOException {
        Files.copy(SIGNATURES.resolve(curve + ".sig"), version.resolve("model.sig"));
    }

    private static Path key(String curve) {
        return SIGNATURES.resolve(curve + ".pub");
    }

    @ParameterizedTest
    @ValueSource(strings = {"prime256v1", "secp384r1", "secp521r1"})
    void aVersionThatTheKeyHasSignedIsGood(String curve) throws IOException {
        sign(curve);

        var registry = registry(key(curve));
        assertThat(registry.fetch(registry.version("fraud", "1"))).exists();
    }

    @Test
    void aVersionThatNobodyHasSignedIsRefused() {
        assertRefused(
                        Reason.SIGNATURE_REFUSED,
                        () -> registry(key("prime256v1")).version("fraud", "1"))
                .withMessageContaining("model.sig: it is not there");
    }

    @Test
    void aVersionThatAnotherKeyHasSignedIsRefused() throws Exception {
        sign("prime256v1");
        var pair = KeyPairGenerator.getInstance("EC").generateKeyPair();

        assertRefused(
                Reason.SIGNATURE_REFUSED,
                () -> registry(pem(pair.getPublic().getEncoded())).version("fraud", "1"));
        assertRefused(
                Reason.SIGNATURE_REFUSED, () -> registry(key("secp384r1")).version("fraud", "1"));
    }

    @ParameterizedTest
    @CsvSource({"metadata.json,fraud ,FRAUD", "metadata.json,AMOUNT,NUMBER"})
    void metadataThatWasChangedIsRefused(String file, String before, String after)
            throws IOException {
        sign("prime256v1");
        var text = Files.readString(version.resolve(file));
        Files.writeString(version.resolve(file), text.replace(before, after) + " ");

        assertRefused(
                        Reason.SIGNATURE_REFUSED,
                        () -> registry(key("prime256v1")).version("fraud", "1"))
                .withMessageContaining("it signs metadata.json as sha256:");
    }

    @Test
    void aStatementThatWasChangedIsRefused() throws IOException {
        sign("prime256v1");
        var bundle = Json.object(Files.readAllBytes(version.resolve("model.sig")));
        var payload = Base64.getDecoder().decode(bundle.at("/dsseEnvelope/payload").asText());
        payload[payload.length / 2] ^= 1;
        var changed =
                Files.readString(version.resolve("model.sig"))
                        .replace(
                                bundle.at("/dsseEnvelope/payload").asText(),
                                Base64.getEncoder().encodeToString(payload));
        Files.writeString(version.resolve("model.sig"), changed);

        assertRefused(
                        Reason.SIGNATURE_REFUSED,
                        () -> registry(key("prime256v1")).version("fraud", "1"))
                .withMessageContaining("its signature is another key's, or of other bytes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "{}", "{\"mediaType\": \"text/plain\"}"})
    void aBundleThatIsNoneIsRefused(String bundle) throws IOException {
        Files.writeString(version.resolve("model.sig"), bundle);

        assertRefused(
                Reason.SIGNATURE_REFUSED, () -> registry(key("prime256v1")).version("fraud", "1"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    ''                     | ''                                        | ''
                    "sha256"}              | "sha1"}                                   | algorithm is 'sha1'
                    golden.csv             | silver.csv                                | it signs golden.csv as nothing
                    "subject":[{           | "subject":[{"name":"x"},{                 | it is about 2 models
                    /signature/v1.0        | /signature/v2.0                           | predicateType is
                    in-toto.io/Statement   | in-toto.io/Confession                     | _type is
                    ROOT                   | 0000                                      | the digest of its list is another's
                    """)
    void aSignedStatementMustSayWhatIsUsed(String before, String after, String message)
            throws Exception {
        var pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        var statement = statement().replace(before, after).replace("ROOT", root());
        var signer = Signature.getInstance("Ed25519");
        signer.initSign(pair.getPrivate());
        signer.update(
                (DSSE + statement.length() + " " + statement).getBytes(StandardCharsets.US_ASCII));
        Files.writeString(
                version.resolve("model.sig"),
                """
                {"mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
                 "dsseEnvelope": {"payloadType": "application/vnd.in-toto+json",
                   "payload": "%s", "signatures": [{"sig": "%s"}]}}
                """
                        .formatted(
                                base64(statement.getBytes(StandardCharsets.US_ASCII)),
                                base64(signer.sign())));
        var registry = registry(pem(pair.getPublic().getEncoded()));

        if (message.isEmpty()) {
            assertThat(registry.version("fraud", "1")).hasToString("fraud/1");
        } else {
            assertRefused(Reason.SIGNATURE_REFUSED, () -> registry.version("fraud", "1"))
                    .withMessageContaining(message);
        }
    }

    private String statement() throws IOException {
        return """
        {"_type":"https://in-toto.io/Statement/v1",
         "subject":[{"name":"fraud","digest":{"sha256":"ROOT"}}],
         "predicateType":"https://model_signing/signature/v1.0",
         "predicate":{"resources":[%s,%s,%s]}}
        """
                .formatted(
                        resource("golden.csv"), resource("metadata.json"), resource("model.onnx"));
    }

    private String resource(String file) throws IOException {
        return "{\"name\":\"%s\",\"digest\":\"%s\",\"algorithm\":\"sha256\"}"
                .formatted(file, Sha256.hex(digest(file)));
    }

    private String root() throws IOException {
        var all = Sha256.algorithm();
        for (var file : new String[] {"golden.csv", "metadata.json", "model.onnx"}) {
            all.update(java.util.HexFormat.of().parseHex(Sha256.hex(digest(file))));
        }
        return java.util.HexFormat.of().formatHex(all.digest());
    }

    private String digest(String file) throws IOException {
        return Sha256.of(Files.readAllBytes(version.resolve(file)));
    }

    @Test
    void aRecalledVersionIsCheckedAgain() throws IOException {
        sign("prime256v1");
        var good = registry(key("prime256v1")).version("fraud", "1");
        Files.move(scratch.resolve("models"), scratch.resolve("gone"));

        assertThat(registry(key("prime256v1")).pinned("fraud", "1", good.digest())).isEqualTo(good);
        assertRefused(
                Reason.REGISTRY_MISSING,
                () -> registry(key("secp384r1")).pinned("fraud", "1", good.digest()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"})
    void aFileWithoutAKeyIsRefused(String text) throws IOException {
        var file = Files.writeString(scratch.resolve("key.pub"), text);

        assertRefused(Reason.SIGNATURE_REFUSED, () -> registry(file))
                .withMessageContaining("holds no public key");
    }

    private Path pem(byte[] key) throws IOException {
        return Files.writeString(
                scratch.resolve("key.pub"),
                "-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----\n"
                        .formatted(base64(key)));
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
