package io.quaestor.plugin.datastore.postgres;

import io.quaestor.spi.plugin.Secret;
import java.util.Optional;

/// How PostgreSQL is reached: Praefect's table `[database]`, key for key (OPS 1.4), and one key of our own. What is absent
/// or empty is taken from libpq's environment (`PGHOST` …), then from libpq's defaults.
///
/// @param host             name or address
/// @param port             0 or absent for PostgreSQL's own, 5432
/// @param user             who logs in; the user of this process if absent
/// @param password         empty if none is needed
/// @param dbname           name of the database; that of the user if absent
/// @param sslmode          `disable`, `allow`, `prefer`, `require`, `verify-ca` or `verify-full`; `prefer` if absent
/// @param sslcert          certificate of the client, a PEM file
/// @param sslkey           its key, a PEM file
/// @param sslrootcert      certificates to trust, a PEM file
/// @param sessionPooled    where the connection that listens goes instead, since a transaction pooler cannot carry it
/// @param hostNoProxy      an older name of `session_pooled.host`
/// @param portNoProxy      an older name of `session_pooled.port`
/// @param quaestorPoolSize how many connections are held at the most, 16 if absent; one more listens
public record PostgresConfig(
        Optional<String> host,
        Optional<Integer> port,
        Optional<String> user,
        Optional<Secret> password,
        Optional<String> dbname,
        Optional<String> sslmode,
        Optional<String> sslcert,
        Optional<String> sslkey,
        Optional<String> sslrootcert,
        Optional<SessionPooledConfig> sessionPooled,
        Optional<String> hostNoProxy,
        Optional<Integer> portNoProxy,
        Optional<Integer> quaestorPoolSize) {

    /// A choice: enough for the writes of one proxy, which are committed in groups, and few enough for several proxies
    /// below PostgreSQL's own default of 100.
    static final int DEFAULT_POOL_SIZE = 16;

    public PostgresConfig {
        quaestorPoolSize.ifPresent(size -> {
            if (size < 1) {
                throw new IllegalArgumentException("quaestor_pool_size is below 1: " + size);
            }
        });
    }

    /// The usual few, everything else absent.
    public static PostgresConfig of(String host, int port, String user, Secret password, String dbname) {
        return new PostgresConfig(
                Optional.of(host),
                Optional.of(port),
                Optional.of(user),
                Optional.of(password),
                Optional.of(dbname),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    int poolSize() {
        return quaestorPoolSize.orElse(DEFAULT_POOL_SIZE);
    }
}
