package io.quaestor.plugin.datastore.postgres;

import io.quaestor.spi.plugin.Secret;
import java.util.Optional;

/// Praefect's table `[database.session_pooled]`: a way to PostgreSQL on which a session stays on one server connection.
/// What is absent or empty is as in [PostgresConfig] (OPS 1.4).
///
/// @param host        as there
/// @param port        as there
/// @param user        as there
/// @param password    as there
/// @param dbname      as there
/// @param sslmode     as there
/// @param sslcert     as there
/// @param sslkey      as there
/// @param sslrootcert as there
public record SessionPooledConfig(
        Optional<String> host,
        Optional<Integer> port,
        Optional<String> user,
        Optional<Secret> password,
        Optional<String> dbname,
        Optional<String> sslmode,
        Optional<String> sslcert,
        Optional<String> sslkey,
        Optional<String> sslrootcert) {}
