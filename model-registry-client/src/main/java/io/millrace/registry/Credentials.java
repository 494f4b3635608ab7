package io.millrace.registry;

import io.millrace.registry.ModelRegistryException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.Collection;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * What opens a server, in files of one folder, as Kubernetes mounts a secret: {@code token}, or
 * {@code username} and {@code password}; and {@code ca.crt}. The secrets are read anew for each
 * request, so that they may be exchanged under a running job, and are in no message.
 */
final class Credentials {
    private static final int BYTES_MAX = 1 << 16;
    private static final Pattern PRINTABLE = Pattern.compile("[\\x21-\\x7e]+");
    private static final Pattern ONE_LINE = Pattern.compile("[^\\p{Cntrl}]+");

    private final @Nullable Path folder;

    /**
     * @param folder null where there are no credentials
     */
    Credentials(@Nullable Path folder) {
        this.folder = folder;
    }

    /** The value of the {@code Authorization} header, or empty where nothing is to be shown. */
    Optional<String> authorization() {
        if (folder == null) {
            return Optional.empty();
        }
        var token = read(folder.resolve("token"), PRINTABLE);
        if (token.isPresent()) {
            return token.map(secret -> "Bearer " + secret);
        }
        var username = read(folder.resolve("username"), ONE_LINE);
        var password = read(folder.resolve("password"), ONE_LINE);
        if (username.isPresent() != password.isPresent()) {
            throw refused(folder, "has one of username and password; it must have both", null);
        }
        return username.map(name -> basic(name, password.orElseThrow()));
    }

    /** Trusts the folder's {@code ca.crt} alone, or as Java does where there is none. */
    SSLContext tls() {
        try {
            var file = folder == null ? null : folder.resolve("ca.crt");
            if (file == null || Files.notExists(file)) {
                return SSLContext.getDefault();
            }
            try (var in = Files.newInputStream(file)) {
                return trusting(certificates(file, in));
            }
        } catch (IOException | GeneralSecurityException e) {
            throw refused(folder, "has no readable ca.crt; it must hold certificates in PEM", e);
        }
    }

    private String basic(String username, String password) {
        if (username.contains(":")) {
            throw refused(folder, "has a username with a colon; it must have none", null);
        }
        var pair = (username + ":" + password).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(pair);
    }

    private Optional<String> read(Path file, Pattern form) {
        byte[] bytes;
        try (var in = Files.newInputStream(file)) {
            bytes = in.readNBytes(BYTES_MAX);
        } catch (NoSuchFileException missing) {
            return Optional.empty();
        } catch (IOException e) {
            throw refused(file, "cannot be read; it must be readable by this user", e);
        }
        // An editor ends a file with a line's end, which is no part of the secret.
        var secret = new String(bytes, StandardCharsets.UTF_8).stripTrailing();
        if (!form.matcher(secret).matches()) {
            throw refused(file, "is empty, or more than one line; it must be one", null);
        }
        return Optional.of(secret);
    }

    private static Collection<? extends Certificate> certificates(Path file, InputStream in)
            throws IOException, GeneralSecurityException {
        var certificates = CertificateFactory.getInstance("X.509").generateCertificates(in);
        if (certificates.isEmpty()) {
            throw new IOException("there is no certificate in " + file);
        }
        return certificates;
    }

    private static SSLContext trusting(Collection<? extends Certificate> certificates)
            throws IOException, GeneralSecurityException {
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        int number = 0;
        for (var certificate : certificates) {
            store.setCertificateEntry(Integer.toString(number++), certificate);
        }
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        var context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private static ModelRegistryException refused(
            @Nullable Path place, String what, @Nullable Exception why) {
        return new ModelRegistryException(
                Reason.CREDENTIALS_REFUSED, "%s %s".formatted(place, what), why);
    }
}
