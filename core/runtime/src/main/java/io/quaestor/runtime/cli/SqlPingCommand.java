package io.quaestor.runtime.cli;

import io.quaestor.spi.datastore.DatastoreException;
import io.quaestor.spi.datastore.DatastoreUnavailableException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// Looks whether the datastore is there (OPS 2.4.14).
@Command(description = "Check that the datastore can be reached.")
final class SqlPingCommand implements Callable<Integer> {

    static final String NAME = "sql-ping";

    private final Program program;

    SqlPingCommand(Program program) {
        this.program = program;
    }

    @Override
    public Integer call() throws Exception {
        String prefix = program.environment().program() + " " + NAME + ": ";
        DatastoreWork.on(program, schema -> {
            try {
                schema.ping();
            } catch (DatastoreUnavailableException failure) {
                throw new CommandException("sql open: send ping: " + failure.getMessage());
            } catch (DatastoreException failure) {
                throw new CommandException(prefix + "fail: " + failure.getMessage());
            }
        });
        program.environment().out().println(prefix + "OK");
        return ExitCode.OK;
    }
}
