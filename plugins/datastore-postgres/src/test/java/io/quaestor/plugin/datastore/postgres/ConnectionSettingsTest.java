package io.quaestor.plugin.datastore.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quaestor.spi.datastore.DatastoreRefusedException;
import io.quaestor.spi.plugin.Secret;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// OPS 1.4, DS 10.2 (TestDSN).
class ConnectionSettingsTest {

    private static final SessionPooledConfig NOTHING = new SessionPooledConfig(
            Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(),
            Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    private static PostgresConfig config(SessionPooledConfig pooled, Optional<String> hostNoProxy, int portNoProxy) {
        return new PostgresConfig(
                Optional.of("pgbouncer"),
                Optional.of(6432),
                Optional.of("praefect"),
                Optional.of(Secret.of("a 'secret'")),
                Optional.of("db name"),
                Optional.of("verify-full"),
                Optional.of("/c"),
                Optional.of("/k"),
                Optional.of("/r"),
                Optional.of(pooled),
                hostNoProxy,
                Optional.of(portNoProxy),
                Optional.empty());
    }

    private static ConnectionSettings main() {
        return new ConnectionSettings(
                "pgbouncer", 6432, "praefect", Secret.of("a 'secret'"), "db name", "verify-full", "/c", "/k", "/r");
    }

    @Test
    void everythingButListeningGoesTheMainWay() {
        assertThat(ConnectionSettings.pooled(config(NOTHING, Optional.of("direct"), 1), Map.of()))
                .isEqualTo(main());
    }

    @Test
    void withoutAnythingElseListeningGoesTheMainWayToo() {
        assertThat(ConnectionSettings.direct(config(NOTHING, Optional.of(""), 0), Map.of()))
                .isEqualTo(main());
    }

    @Test
    void listeningTakesEveryFieldThatIsGivenForIt() {
        var all = new SessionPooledConfig(
                Optional.of("postgres"),
                Optional.of(5433),
                Optional.of("u"),
                Optional.of(Secret.of("p")),
                Optional.of("d"),
                Optional.of("disable"),
                Optional.of("/c2"),
                Optional.of("/k2"),
                Optional.of("/r2"));

        assertThat(ConnectionSettings.direct(config(all, Optional.of("old"), 1), Map.of()))
                .isEqualTo(new ConnectionSettings(
                        "postgres", 5433, "u", Secret.of("p"), "d", "disable", "/c2", "/k2", "/r2"));
    }

    @Test
    void theOldNamesAreUsedWhereTheNewOnesAreEmpty() {
        var direct = ConnectionSettings.direct(config(NOTHING, Optional.of("old"), 5434), Map.of());

        assertThat(direct.address()).isEqualTo("old:5434");
        assertThat(direct.user()).isEqualTo("praefect");
    }

    @Test
    void whatIsAbsentComesFromTheEnvironmentThenFromLibpqsDefaults() {
        var empty = new PostgresConfig(
                Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(),
                Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(),
                Optional.empty(), Optional.empty(), Optional.empty());

        var plain = ConnectionSettings.pooled(empty, Map.of());
        var told = ConnectionSettings.pooled(
                empty, Map.of("PGHOST", "h", "PGPORT", "7", "PGUSER", "u", "PGPASSWORD", "p", "PGSSLMODE", "require"));

        assertThat(plain.address()).isEqualTo("localhost:5432");
        assertThat(plain.sslMode()).isEqualTo("prefer");
        assertThat(plain.database()).isEqualTo(plain.user()).isEqualTo(System.getProperty("user.name"));
        assertThat(told)
                .isEqualTo(new ConnectionSettings("h", 7, "u", Secret.of("p"), "u", "require", "", "", ""));
    }

    @Test
    void theDirectoryOfAUnixSocketIsRefusedInWords() {
        var socket = PostgresConfig.of("/var/run/postgresql", 0, "u", Secret.of(""), "d");

        assertThatThrownBy(() -> ConnectionSettings.pooled(socket, Map.of()))
                .isInstanceOf(DatastoreRefusedException.class)
                .hasMessageContaining("/var/run/postgresql");
    }
}
