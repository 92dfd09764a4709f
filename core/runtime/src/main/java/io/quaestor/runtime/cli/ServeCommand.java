package io.quaestor.runtime.cli;

import io.quaestor.runtime.config.Configuration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// Serves until it is stopped.
@Command(description = "Run the proxy. The same without a command.")
final class ServeCommand implements Callable<Integer> {

    private final Program program;

    ServeCommand(Program program) {
        this.program = program;
    }

    @Override
    public Integer call() throws Exception {
        if (!program.hasConfig()) {
            throw new CommandException("Required flag \"config\" not set", ExitCode.WRONG_CONFIGURATION, true);
        }
        var source = program.source();
        Configuration first = source.load();
        return program.services().serve(program.environment(), first, source);
    }
}
