package io.quaestor.runtime.cli;

import io.quaestor.runtime.go.GoDuration;
import io.quaestor.runtime.go.GoTime;
import io.quaestor.spi.datastore.DatastoreException;
import io.quaestor.spi.datastore.DatastoreUnavailableException;
import io.quaestor.spi.datastore.Schema;
import io.quaestor.spi.plugin.Clock;
import java.io.PrintStream;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Makes the tables of the datastore, or brings them up to date (OPS 2.4.15).
@Command(description = "Make the tables of the datastore, or bring them up to date.")
final class SqlMigrateCommand implements Callable<Integer> {

    @Option(
            names = {"-ignore-unknown", "--ignore-unknown"},
            paramLabel = "BOOL",
            description = "Accepted for scripts: migrations of a newer program are always left alone.")
    @SuppressWarnings("unused") // kept for scripts
    private boolean ignoreUnknown = true;

    @Option(
            names = {"-verbose", "--verbose"},
            paramLabel = "BOOL",
            description = "Accepted for scripts: statements are never shown.")
    @SuppressWarnings("unused") // kept for scripts
    private boolean verbose;

    private final Program program;

    SqlMigrateCommand(Program program) {
        this.program = program;
    }

    @Override
    public Integer call() throws Exception {
        DatastoreWork.on(program, schema -> {
            try {
                migrate(schema);
            } catch (DatastoreUnavailableException failure) {
                throw new CommandException("sql open: " + failure.getMessage());
            } catch (DatastoreException failure) {
                throw new CommandException(now() + ": fail: " + failure.getMessage());
            }
        });
        return ExitCode.OK;
    }

    private void migrate(Schema schema) throws InterruptedException {
        PrintStream out = program.environment().out();
        String prefix = program.environment().program() + " sql-migrate: ";
        Clock clock = program.environment().clock();
        List<String> pending = schema.pending();
        if (pending.isEmpty()) {
            out.println(prefix + "all migrations are up");
            return;
        }
        out.println(prefix + "migrations to apply: " + pending.size());
        out.println();
        pending.forEach(id -> out.println("=  " + now() + " " + id + ": migrating"));
        long began = clock.nanos();
        List<String> made = schema.migrate();
        // they are made in one go, so there is one duration for all
        String duration = GoDuration.format(Duration.ofNanos(clock.nanos() - began));
        pending.forEach(id -> out.println("== " + now() + " " + id
                + (made.contains(id) ? ": applied (together " : ": skipped (after ") + duration + ")"));
        var more = new ArrayList<>(made);
        more.removeAll(pending);
        if (!more.isEmpty()) {
            out.println("warning: " + more.size() + " additional migrations were applied successfully");
        }
        out.println();
        out.println(prefix + "OK (applied " + made.size() + " migrations)");
    }

    private String now() {
        return GoTime.local(program.environment().clock().now(), ZoneId.systemDefault());
    }
}
