package io.quaestor.plugin.datastore.postgres;

import io.quaestor.spi.datastore.DatastoreRefusedException;
import io.quaestor.spi.plugin.Secret;
import java.util.Map;
import java.util.Optional;

/// One way to a PostgreSQL, with every gap filled.
///
/// @param host        name or address
/// @param port        of TCP
/// @param user        who logs in
/// @param password    empty if none is needed
/// @param database    its name
/// @param sslMode     as libpq names it
/// @param certificate PEM file of the client's certificate; empty for none
/// @param key         PEM file of its key; empty for none
/// @param rootCertificate PEM file of what to trust; empty for the user's default file, if it exists
record ConnectionSettings(
        String host,
        int port,
        String user,
        Secret password,
        String database,
        String sslMode,
        String certificate,
        String key,
        String rootCertificate) {

    private static final int POSTGRESQL_PORT = 5432;

    /// The way for everything but listening.
    ///
    /// @param environment where libpq would look for what is absent
    static ConnectionSettings pooled(PostgresConfig config, Map<String, String> environment) {
        var user = text(config.user(), environment, "PGUSER", System.getProperty("user.name", "postgres"));
        var host = text(config.host(), environment, "PGHOST", "localhost");
        if (host.startsWith("/")) {
            throw new DatastoreRefusedException(
                    "host %s is the directory of a unix socket, which is not supported: name a host".formatted(host));
        }
        return new ConnectionSettings(
                host,
                number(config.port()).orElseGet(() -> environmentPort(environment)),
                user,
                secret(config.password())
                        .orElseGet(() -> Secret.of(environment.getOrDefault("PGPASSWORD", ""))),
                text(config.dbname(), environment, "PGDATABASE", user),
                text(config.sslmode(), environment, "PGSSLMODE", "prefer"),
                text(config.sslcert(), environment, "PGSSLCERT", ""),
                text(config.sslkey(), environment, "PGSSLKEY", ""),
                text(config.sslrootcert(), environment, "PGSSLROOTCERT", ""));
    }

    /// The way of the connection that listens, field by field (OPS 1.4).
    static ConnectionSettings direct(PostgresConfig config, Map<String, String> environment) {
        var main = pooled(config, environment);
        var own = config.sessionPooled();
        return new ConnectionSettings(
                text(own.flatMap(SessionPooledConfig::host))
                        .or(() -> text(config.hostNoProxy()))
                        .orElse(main.host),
                number(own.flatMap(SessionPooledConfig::port))
                        .or(() -> number(config.portNoProxy()))
                        .orElse(main.port),
                text(own.flatMap(SessionPooledConfig::user)).orElse(main.user),
                secret(own.flatMap(SessionPooledConfig::password)).orElse(main.password),
                text(own.flatMap(SessionPooledConfig::dbname)).orElse(main.database),
                text(own.flatMap(SessionPooledConfig::sslmode)).orElse(main.sslMode),
                text(own.flatMap(SessionPooledConfig::sslcert)).orElse(main.certificate),
                text(own.flatMap(SessionPooledConfig::sslkey)).orElse(main.key),
                text(own.flatMap(SessionPooledConfig::sslrootcert)).orElse(main.rootCertificate));
    }

    /// For people; without the password.
    String address() {
        return host + ":" + port;
    }

    private static int environmentPort(Map<String, String> environment) {
        var port = environment.getOrDefault("PGPORT", "");
        try {
            return port.isEmpty() ? POSTGRESQL_PORT : Integer.parseInt(port);
        } catch (NumberFormatException malformed) {
            throw new DatastoreRefusedException("PGPORT is not a number: " + port, malformed);
        }
    }

    private static String text(
            Optional<String> configured, Map<String, String> environment, String variable, String otherwise) {
        return text(configured)
                .or(() -> text(Optional.ofNullable(environment.get(variable))))
                .orElse(otherwise);
    }

    private static Optional<String> text(Optional<String> value) {
        return value.filter(s -> !s.isEmpty());
    }

    private static Optional<Secret> secret(Optional<Secret> value) {
        return value.filter(s -> !s.isEmpty());
    }

    private static Optional<Integer> number(Optional<Integer> value) {
        return value.filter(n -> n != 0);
    }
}
