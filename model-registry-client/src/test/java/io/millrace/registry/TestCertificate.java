package io.millrace.registry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocketFactory;

/** A certificate for 127.0.0.1 that nobody trusts but who is given it. */
final class TestCertificate {
    private static final String PASSWORD = "changeit";

    private final Path folder;

    private TestCertificate(Path folder) {
        this.folder = folder;
    }

    static TestCertificate make(Path folder) throws IOException, InterruptedException {
        var store = folder.resolve("server.p12").toString();
        keytool(
                List.of("-genkeypair", "-alias", "server", "-keyalg", "EC", "-dname", "CN=test"),
                List.of("-ext", "san=ip:127.0.0.1", "-validity", "2", "-keystore", store));
        keytool(
                List.of("-exportcert", "-rfc", "-alias", "server", "-keystore", store),
                List.of("-file", folder.resolve("server.crt").toString()));
        return new TestCertificate(folder);
    }

    private static void keytool(List<String> what, List<String> more)
            throws IOException, InterruptedException {
        var keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        var command =
                Stream.of(List.of(keytool), what, more, List.of("-storepass", PASSWORD))
                        .flatMap(List::stream)
                        .toList();
        var process = new ProcessBuilder(command).inheritIO().start();
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException("keytool has not made a certificate");
        }
    }

    void trustIn(Path credentials) throws IOException {
        Files.createDirectories(credentials);
        Files.copy(folder.resolve("server.crt"), credentials.resolve("ca.crt"));
    }

    SSLServerSocketFactory server() throws IOException, GeneralSecurityException {
        var store =
                KeyStore.getInstance(folder.resolve("server.p12").toFile(), PASSWORD.toCharArray());
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD.toCharArray());
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context.getServerSocketFactory();
    }
}
