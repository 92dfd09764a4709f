package io.quaestor.plugin.datastore.postgres;

import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.Objects;
import java.util.Properties;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/// Makes connections in one way. Asks the driver itself: the list of drivers that the JDK keeps for the whole process does
/// not see into a bundle.
///
/// **Threads:** any. **Blocking:** [#getConnection()] does, within the limits below.
final class Connector implements DataSource {

    /// A choice: a host that does not answer at all within it is taken for away.
    private static final Duration CONNECT = Duration.ofSeconds(10);

    private final Driver driver = new Driver();
    private final ConnectionSettings settings;
    private final Properties properties;

    /// @param silence for how long an answer of the server may take before the connection counts as lost; zero for ever
    Connector(ConnectionSettings settings, Duration silence) {
        this.settings = settings;
        this.properties = properties(settings, silence);
    }

    ConnectionSettings settings() {
        return settings;
    }

    @Override
    public Connection getConnection() throws SQLException {
        var url = "jdbc:postgresql://%s:%d/%s"
                .formatted(
                        settings.host().contains(":") ? "[" + settings.host() + "]" : settings.host(),
                        settings.port(),
                        URLEncoder.encode(settings.database(), StandardCharsets.UTF_8));
        return Objects.requireNonNull(driver.connect(url, properties), "the driver does not know its own address");
    }

    private static Properties properties(ConnectionSettings settings, Duration silence) {
        var properties = new Properties();
        PGProperty.USER.set(properties, settings.user());
        if (!settings.password().isEmpty()) {
            PGProperty.PASSWORD.set(properties, settings.password().reveal());
        }
        PGProperty.APPLICATION_NAME.set(properties, "quaestor");
        // a transaction pooler hands every transaction to another server, which does not know what was prepared before
        PGProperty.PREPARE_THRESHOLD.set(properties, 0);
        PGProperty.CONNECT_TIMEOUT.set(properties, (int) CONNECT.toSeconds());
        PGProperty.SOCKET_TIMEOUT.set(properties, (int) silence.toSeconds());
        PGProperty.TCP_KEEP_ALIVE.set(properties, true);
        // only trust in a ticket that happens to lie about could change what the configuration says
        PGProperty.GSS_ENC_MODE.set(properties, "disable");
        PGProperty.SSL_MODE.set(properties, settings.sslMode());
        if (!"disable".equals(settings.sslMode())) {
            PGProperty.SSL_FACTORY.set(properties, PemSocketFactory.class.getName());
            PGProperty.SSL_CERT.set(properties, settings.certificate());
            PGProperty.SSL_KEY.set(properties, settings.key());
            PGProperty.SSL_ROOT_CERT.set(properties, settings.rootCertificate());
        }
        return properties;
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        throw new SQLFeatureNotSupportedException("the settings say who logs in");
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(@Nullable PrintWriter out) {
        // the driver logs through java.util.logging
    }

    @Override
    public void setLoginTimeout(int seconds) {
        // the driver would start a thread for each connection to keep it
    }

    @Override
    public int getLoginTimeout() {
        return (int) CONNECT.toSeconds();
    }

    @Override
    public Logger getParentLogger() {
        return driver.getParentLogger();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        throw new SQLFeatureNotSupportedException("nothing is wrapped");
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }
}
