package io.quaestor.plugin.datastore.postgres;

import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One statement with its parameters. Nothing is ever put into the text of a statement.
final class Query {

    /// As long as Praefect gives the record of a write (DS 1.1).
    static final Duration LIMIT = Duration.ofSeconds(30);

    private final Connection connection;
    private final String sql;
    private final @Nullable Object[] parameters;

    private Query(Connection connection, String sql, @Nullable Object[] parameters) {
        this.connection = connection;
        this.sql = sql;
        this.parameters = parameters;
    }

    /// @param parameters text, numbers, truth values, lists of text or of numbers, types of the model, or null for a text
    static Query of(Connection connection, String sql, @Nullable Object... parameters) {
        return new Query(connection, sql, parameters);
    }

    /// Makes a value of a row.
    @FunctionalInterface
    interface Row<T> {

        T read(ResultSet row) throws SQLException;
    }

    <T> List<T> list(Row<T> reader) throws SQLException {
        try (var statement = prepare();
                var rows = statement.executeQuery()) {
            var result = new ArrayList<T>();
            while (rows.next()) {
                result.add(reader.read(rows));
            }
            return result;
        }
    }

    <T> Optional<T> first(Row<T> reader) throws SQLException {
        try (var statement = prepare();
                var rows = statement.executeQuery()) {
            return rows.next() ? Optional.of(reader.read(rows)) : Optional.empty();
        }
    }

    boolean any() throws SQLException {
        return first(_ -> true).isPresent();
    }

    /// Runs it for what it changes.
    ///
    /// @return how many rows were changed
    int update() throws SQLException {
        try (var statement = prepare()) {
            return statement.executeUpdate();
        }
    }

    /// Runs it for what it does; what it answers is not looked at.
    void run() throws SQLException {
        try (var statement = prepare()) {
            statement.execute();
        }
    }

    private PreparedStatement prepare() throws SQLException {
        var statement = connection.prepareStatement(sql);
        try {
            statement.setQueryTimeout((int) LIMIT.toSeconds());
            for (int i = 0; i < parameters.length; i++) {
                bind(statement, i + 1, parameters[i]);
            }
            return statement;
        } catch (SQLException failure) {
            statement.close();
            throw failure;
        }
    }

    private void bind(PreparedStatement statement, int index, @Nullable Object value) throws SQLException {
        switch (value) {
            case null -> statement.setNull(index, Types.VARCHAR);
            case String text -> statement.setString(index, text);
            case VirtualStorage name -> statement.setString(index, name.name());
            case StorageName name -> statement.setString(index, name.value());
            case RepositoryId id -> statement.setLong(index, id.value());
            case List<?> values -> statement.setArray(index, array(values));
            default -> statement.setObject(index, value);
        }
    }

    private java.sql.Array array(List<?> values) throws SQLException {
        boolean numbers = !values.isEmpty() && values.stream().allMatch(Long.class::isInstance);
        boolean truths = !values.isEmpty() && values.stream().allMatch(Boolean.class::isInstance);
        return connection.createArrayOf(numbers ? "bigint" : truths ? "boolean" : "text", values.toArray());
    }
}
