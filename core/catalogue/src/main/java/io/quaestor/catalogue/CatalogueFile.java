package io.quaestor.catalogue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Reads a file of the form of `rpcs.csv`, whose head describes it.
final class CatalogueFile {

    private static final String COLUMNS = "service,method,request,streaming,operation,scope,target,rivals,additional,storage,"
            + "cleared,transactional,creation,primary_only,intercepted,outside_votes,hooks,releases,note";
    private static final int COLUMN_COUNT = COLUMNS.split(",").length;

    private CatalogueFile() {}

    static List<Rpc> builtin() {
        var name = "rpcs.csv";
        try (var resource = CatalogueFile.class.getResourceAsStream(name)) {
            if (resource == null) {
                throw new IllegalStateException(name + " is missing in the program");
            }
            return read(new InputStreamReader(resource, StandardCharsets.UTF_8), name);
        } catch (IOException e) {
            throw new UncheckedIOException(name + " in the program cannot be read", e);
        }
    }

    /// @param name of the file, for messages
    /// @throws IllegalArgumentException with file and line, if something in it is wrong
    static List<Rpc> read(Reader file, String name) throws IOException {
        var rpcs = new ArrayList<Rpc>();
        var lines = new BufferedReader(file);
        boolean headed = false;
        int number = 0;
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            number++;
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            try {
                if (headed) {
                    rpcs.add(parse(line.split(",", COLUMN_COUNT)));
                } else if (!line.equals(COLUMNS)) {
                    throw new IllegalArgumentException("the columns are not " + COLUMNS);
                }
                headed = true;
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(name + " line " + number + ": " + e.getMessage(), e);
            }
        }
        return rpcs;
    }

    private static Rpc parse(String[] cells) {
        if (cells.length != COLUMN_COUNT) {
            throw new IllegalArgumentException(cells.length + " columns instead of " + COLUMN_COUNT);
        }
        var operation = value(Operation.values(), cells[4]);
        var scope = value(Scope.values(), cells[5]);
        if ((operation == Operation.MUTATOR && scope == Scope.REPOSITORY) == cells[11].isEmpty()) {
            throw new IllegalArgumentException("mutators of a repository, and no others, say whether they are transactional");
        }
        return new Rpc(
                required("service", cells[0]),
                required("method", cells[1]),
                required("request", cells[2]),
                value(Streaming.values(), cells[3]),
                operation,
                scope,
                cells[6].isEmpty() ? Optional.empty() : Optional.of(FieldPath.toRepository(cells[6], cells[7])),
                cells[8].isEmpty() ? Optional.empty() : Optional.of(FieldPath.toRepository(cells[8], "")),
                cells[9].isEmpty() ? Optional.empty() : Optional.of(FieldPath.toStorage(cells[9])),
                cells[10].isEmpty() ? Rpc.NO_FIELD : Integer.parseInt(cells[10]),
                yes(cells[11]),
                valueOr(Creation.values(), Creation.NONE, cells[12]),
                yes(cells[13]),
                valueOr(Releases.values(), Releases.NEITHER, cells[14]),
                valueOr(OutsideVotes.values(), OutsideVotes.NOTHING, cells[15]),
                yes(cells[16]),
                value(Releases.values(), cells[17]));
    }

    private static String required(String column, String cell) {
        if (cell.isEmpty()) {
            throw new IllegalArgumentException("the " + column + " is missing");
        }
        return cell;
    }

    private static boolean yes(String cell) {
        return switch (cell) {
            case "yes" -> true;
            case "no", "" -> false;
            default -> throw new IllegalArgumentException("'" + cell + "' is neither yes nor no");
        };
    }

    private static <E extends Enum<E>> E valueOr(E[] values, E otherwise, String cell) {
        return cell.isEmpty() ? otherwise : value(values, cell);
    }

    /// In the file, `only-16.8` is `ONLY_16_8`. Values are handed in, because to ask a class for them takes reflection,
    /// which is slow when a process starts.
    private static <E extends Enum<E>> E value(E[] values, String cell) {
        var constant = cell.toUpperCase(Locale.ROOT).replace('-', '_').replace('.', '_');
        for (var value : values) {
            if (value.name().equals(constant)) {
                return value;
            }
        }
        throw new IllegalArgumentException("'" + cell + "' is not a value of " + values[0].getDeclaringClass().getSimpleName());
    }
}
