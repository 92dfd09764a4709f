package io.quaestor.plugin.datastore.postgres;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.postgresql.PGProperty;

/// TLS to PostgreSQL with files as libpq takes them: PEM, the key in whichever form OpenSSL writes. The driver's own
/// factory wants a key in DER (OPS 1.4). Public because the driver makes it by name.
///
/// Whether the name of the host has to fit the certificate is left to the driver, which checks it for `verify-full`.
public final class PemSocketFactory extends SSLSocketFactory {

    private static final Path DEFAULTS = Path.of(System.getProperty("user.home", ""), ".postgresql");

    private final SSLSocketFactory factory;

    /// @param properties of the connection
    public PemSocketFactory(Properties properties) throws IOException, GeneralSecurityException {
        var context = SSLContext.getInstance("TLS");
        context.init(keys(properties), trust(properties), new SecureRandom());
        this.factory = context.getSocketFactory();
    }

    private static KeyManager[] keys(Properties properties) throws IOException, GeneralSecurityException {
        var certificate = file(PGProperty.SSL_CERT, properties, "postgresql.crt");
        var key = file(PGProperty.SSL_KEY, properties, "postgresql.key");
        if (certificate.isEmpty() || key.isEmpty()) {
            return new KeyManager[0];
        }
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        var chain = Pem.certificates(certificate.get());
        store.setKeyEntry("client", Pem.privateKey(key.get()), new char[0], chain.toArray(X509Certificate[]::new));
        var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, new char[0]);
        return managers.getKeyManagers();
    }

    private static TrustManager[] trust(Properties properties) throws IOException, GeneralSecurityException {
        var mode = Optional.ofNullable(PGProperty.SSL_MODE.getOrDefault(properties)).orElse("prefer");
        var root = file(PGProperty.SSL_ROOT_CERT, properties, "root.crt");
        boolean verify = mode.startsWith("verify") || (mode.equals("require") && root.isPresent());
        if (!verify) {
            return new TrustManager[] {new Anybody()};
        }
        if (root.isEmpty()) {
            throw new IOException("sslmode %s needs sslrootcert, and %s does not exist"
                    .formatted(mode, DEFAULTS.resolve("root.crt")));
        }
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        List<X509Certificate> roots = Pem.certificates(root.get());
        for (int i = 0; i < roots.size(); i++) {
            store.setCertificateEntry("root-" + i, roots.get(i));
        }
        var managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(store);
        return managers.getTrustManagers();
    }

    /// The file that is named, or libpq's default if that exists.
    private static Optional<Path> file(PGProperty property, Properties properties, String otherwise) {
        var named = property.getOrDefault(properties);
        return named == null || named.isEmpty()
                ? Optional.of(DEFAULTS.resolve(otherwise)).filter(Files::exists)
                : Optional.of(Path.of(named));
    }

    /// For the modes in which libpq does not look at the server's certificate.
    private static final class Anybody implements X509TrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {
            // never asked: this side is the client
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
            // the mode says so
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    @Override
    public String[] getDefaultCipherSuites() {
        return factory.getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return factory.getSupportedCipherSuites();
    }

    @Override
    public Socket createSocket(Socket socket, String host, int port, boolean autoClose) throws IOException {
        return factory.createSocket(socket, host, port, autoClose);
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return factory.createSocket(host, port);
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
        return factory.createSocket(host, port, local, localPort);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return factory.createSocket(host, port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) throws IOException {
        return factory.createSocket(host, port, local, localPort);
    }
}
