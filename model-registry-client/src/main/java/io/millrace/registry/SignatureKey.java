package io.millrace.registry;

import io.millrace.registry.ModelRegistryException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * The public key that must have signed a version: an OpenSSF model signature, which is a Sigstore
 * bundle with a DSSE envelope around an in-toto statement that lists the files and their digests.
 * Everything is checked offline; certificates and transparency logs play no part.
 *
 * <p>Signed must be what is used: the metadata, the model, and the golden rows where there are any.
 * Other files in the list are nobody's business, for nobody reads them.
 */
final class SignatureKey {
    private static final String BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json";
    private static final String PAYLOAD = "application/vnd.in-toto+json";
    private static final String STATEMENT = "https://in-toto.io/Statement/v1";
    private static final String PREDICATE = "https://model_signing/signature/v1.0";

    private static final int PEM_BYTES_MAX = 1 << 16;

    private final PublicKey key;
    private final String algorithm;

    private SignatureKey(PublicKey key, String algorithm) {
        this.key = key;
        this.algorithm = algorithm;
    }

    /** The key in a file of PEM: elliptic curve P-256, P-384 or P-521, or Ed25519. */
    static SignatureKey read(Path file) {
        try (var in = Files.newInputStream(file)) {
            var pem = new String(in.readNBytes(PEM_BYTES_MAX), StandardCharsets.US_ASCII);
            var body =
                    pem.strip()
                            .replaceFirst("^-----BEGIN PUBLIC KEY-----", "")
                            .replaceFirst("-----END PUBLIC KEY-----$", "");
            return of(Base64.getMimeDecoder().decode(body));
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw new ModelRegistryException(
                    Reason.SIGNATURE_REFUSED,
                    "%s holds no public key (%s); it must be one in PEM: elliptic curve or Ed25519"
                            .formatted(file, e.getMessage()),
                    e);
        }
    }

    private static SignatureKey of(byte[] encoded) throws GeneralSecurityException {
        var spec = new X509EncodedKeySpec(encoded);
        PublicKey key;
        try {
            key = KeyFactory.getInstance("EC").generatePublic(spec);
        } catch (InvalidKeySpecException another) {
            key = KeyFactory.getInstance("Ed25519").generatePublic(spec);
        }
        return new SignatureKey(key, algorithmOf(key));
    }

    private static String algorithmOf(PublicKey key) throws GeneralSecurityException {
        if (key instanceof EdECPublicKey) {
            return "Ed25519";
        }
        int bits = ((ECPublicKey) key).getParams().getOrder().bitLength();
        return switch (bits) {
            case 256 -> "SHA256withECDSA";
            case 384 -> "SHA384withECDSA";
            case 521 -> "SHA512withECDSA";
            default -> throw new GeneralSecurityException("its curve has " + bits + " bits");
        };
    }

    /**
     * Refuses a version that is not signed by this key.
     *
     * @param bundle the signature, or empty where there is none
     * @param place where it lies or should, for people
     */
    void check(ModelVersion version, byte[] metadata, Optional<byte[]> bundle, String place) {
        try {
            var signed =
                    signed(
                            bundle.orElseThrow(
                                    () ->
                                            new IllegalArgumentException(
                                                    "it is not there; it must be")));
            same(signed, VersionFiles.METADATA, Sha256.of(metadata));
            same(signed, version.engine().file(), version.digest());
            var golden = version.golden();
            if (golden != null) {
                same(signed, VersionFiles.GOLDEN, golden.digest());
            }
        } catch (IllegalArgumentException | GeneralSecurityException e) {
            throw new ModelRegistryException(
                    Reason.SIGNATURE_REFUSED,
                    "%s: %s; %s must be signed by the pipeline's key"
                            .formatted(place, e.getMessage(), version),
                    e);
        }
    }

    private static void same(Map<String, String> signed, String file, String digest) {
        var is = signed.get(file);
        if (!digest.equals(is)) {
            throw new IllegalArgumentException(
                    "it signs %s as %s, which is %s"
                            .formatted(file, is == null ? "nothing" : is, digest));
        }
    }

    /** The digests that the bundle's statement lists, by file, once its signature holds. */
    private Map<String, String> signed(byte[] bundle) throws GeneralSecurityException {
        var root = Json.object(bundle);
        equal("mediaType", Json.text(root, "mediaType"), BUNDLE);
        var envelope = Json.object(root, "dsseEnvelope");
        equal("payloadType", Json.text(envelope, "payloadType"), PAYLOAD);
        var payload = Base64.getDecoder().decode(Json.text(envelope, "payload"));
        var signatures = Json.array(envelope, "signatures");
        if (signatures.size() != 1) {
            throw new IllegalArgumentException(
                    "it has %d signatures; it must have one".formatted(signatures.size()));
        }
        var signature = Base64.getDecoder().decode(Json.text(signatures.get(0), "sig"));
        var verifier = Signature.getInstance(algorithm);
        verifier.initVerify(key);
        verifier.update(encoded(payload));
        if (!verifier.verify(signature)) {
            throw new IllegalArgumentException("its signature is another key's, or of other bytes");
        }
        return digests(payload);
    }

    /** DSSE's encoding of what is signed: the type is part of it. */
    private static ByteBuffer encoded(byte[] payload) {
        var head =
                "DSSEv1 %d %s %d "
                        .formatted(PAYLOAD.length(), PAYLOAD, payload.length)
                        .getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(head.length + payload.length).put(head).put(payload).flip();
    }

    private static Map<String, String> digests(byte[] payload) {
        var statement = Json.object(payload);
        equal("_type", Json.text(statement, "_type"), STATEMENT);
        equal("predicateType", Json.text(statement, "predicateType"), PREDICATE);
        var subjects = Json.array(statement, "subject");
        if (subjects.size() != 1) {
            throw new IllegalArgumentException(
                    "it is about %d models; it must be about one".formatted(subjects.size()));
        }
        var all = Sha256.algorithm();
        var digests = new HashMap<String, String>();
        for (var resource : Json.array(Json.object(statement, "predicate"), "resources")) {
            equal("algorithm", Json.text(resource, "algorithm"), "sha256");
            var digest = "sha256:" + Json.text(resource, "digest");
            Sha256.check(digest);
            all.update(HexFormat.of().parseHex(Sha256.hex(digest)));
            if (digests.put(Json.text(resource, "name"), digest) != null) {
                throw new IllegalArgumentException("it lists a file twice; it must list it once");
            }
        }
        var root = Json.text(Json.object(subjects.get(0), "digest"), "sha256");
        if (!MessageDigest.isEqual(
                root.getBytes(StandardCharsets.US_ASCII),
                HexFormat.of().formatHex(all.digest()).getBytes(StandardCharsets.US_ASCII))) {
            throw new IllegalArgumentException("the digest of its list is another's");
        }
        return digests;
    }

    private static void equal(String member, String is, String must) {
        if (!is.equals(must)) {
            throw new IllegalArgumentException(
                    "%s is '%s'; it must be %s".formatted(member, RegistryName.shown(is), must));
        }
    }
}
