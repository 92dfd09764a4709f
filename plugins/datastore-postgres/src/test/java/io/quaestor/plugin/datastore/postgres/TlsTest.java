package io.quaestor.plugin.datastore.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.quaestor.plugin.datastore.postgres.server.PostgresServer;
import io.quaestor.spi.datastore.DatastoreException;
import io.quaestor.spi.plugin.Secret;
import io.quaestor.testkit.fake.RealClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// TLS to a PostgreSQL that wants it, with files as libpq takes them. Needs `openssl` for the certificates.
class TlsTest {

    @TempDir
    static Path files;

    @TempDir
    static Path home;

    private static PostgresServer server;

    @BeforeAll
    static void start() throws Exception {
        openssl("req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.crt -days 2 -subj /CN=ca");
        openssl("req -newkey rsa:2048 -nodes -keyout server.key -out server.csr -subj /CN=localhost -addext subjectAltName=DNS:localhost");
        openssl("x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -copy_extensions copy -out server.crt");
        openssl("ecparam -name prime256v1 -genkey -noout -out client.key");
        openssl("req -new -key client.key -out client.csr -subj /CN=quaestor");
        openssl("x509 -req -in client.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -out client.crt");
        openssl("req -x509 -newkey rsa:2048 -nodes -keyout other.key -out other.crt -days 2 -subj /CN=other");

        // the first start makes the data, the second one serves TLS and wants certificates
        var plain = server(List.of());
        plain.start();
        plain.close();
        Files.writeString(
                home.resolve("data/pg_hba.conf"),
                "hostssl all quaestor 127.0.0.1/32 cert\nhostssl all quaestor ::1/128 cert\n",
                StandardOpenOption.TRUNCATE_EXISTING);
        server = server(List.of(
                "ssl=on",
                "ssl_cert_file=" + files.resolve("server.crt"),
                "ssl_key_file=" + files.resolve("server.key"),
                "ssl_ca_file=" + files.resolve("ca.crt")));
        try {
            server.start();
        } catch (DatastoreException withoutTls) {
            assumeTrue(false, "this PostgreSQL was built without TLS: " + withoutTls.getMessage());
        }
    }

    private static PostgresServer server(List<String> more) {
        var settings = new java.util.ArrayList<>(TestPostgres.CARELESS);
        settings.addAll(more);
        return new PostgresServer(
                new PostgresServer.Settings(home, TestPostgres.programs(), 0, settings), new RealClock());
    }

    private static void openssl(String arguments) throws Exception {
        try {
            var process = new ProcessBuilder("/bin/sh", "-c", "openssl " + arguments)
                    .directory(files.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            assumeTrue(process.waitFor() == 0, "openssl does not know: " + arguments);
        } catch (IOException missing) {
            assumeTrue(false, "no openssl");
        }
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    private static String ping(String host, String mode, String certificate, String root) throws Exception {
        var way = new ConnectionSettings(
                host,
                server.port(),
                PostgresServer.NAME,
                Secret.of(""),
                "postgres",
                mode,
                certificate.isEmpty() ? "" : files.resolve(certificate + ".crt").toString(),
                certificate.isEmpty() ? "" : files.resolve(certificate + ".key").toString(),
                root.isEmpty() ? "" : files.resolve(root + ".crt").toString());
        return new PostgresSchema(new Connector(way, Duration.ZERO)).ping();
    }

    @ParameterizedTest(name = "{0} to {1} trusting {2}")
    @CsvSource({
        "prefer,      127.0.0.1, ''",
        "require,     127.0.0.1, ''",
        "require,     127.0.0.1, ca",
        "verify-ca,   127.0.0.1, ca",
        "verify-full, localhost, ca"
    })
    void aClientWithItsCertificateIsLetIn(String mode, String host, String root) throws Exception {
        assertThat(ping(host, mode, "client", root)).startsWith("PostgreSQL");
    }

    @ParameterizedTest(name = "{0} to {1} trusting {2}")
    @CsvSource({
        "require,     127.0.0.1, other",
        "verify-ca,   127.0.0.1, other",
        "verify-full, 127.0.0.1, ca",
        "verify-full, localhost, other"
    })
    void aServerThatIsNotTrustedIsNotTalkedTo(String mode, String host, String root) {
        assertThatThrownBy(() -> ping(host, mode, "client", root)).isInstanceOf(DatastoreException.class);
    }

    @Test
    void withoutACertificateTheServerRefuses() {
        assertThatThrownBy(() -> ping("127.0.0.1", "require", "", "")).isInstanceOf(DatastoreException.class);
        assertThatThrownBy(() -> ping("127.0.0.1", "disable", "client", "")).isInstanceOf(DatastoreException.class);
    }
}
