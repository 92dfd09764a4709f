package io.quaestor.runtime.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// Says what this is.
@Command(description = "Show the version of this program and of its Java.")
final class VersionCommand implements Callable<Integer> {

    private final Program program;

    VersionCommand(Program program) {
        this.program = program;
    }

    @Override
    public Integer call() {
        var out = program.environment().out();
        out.println(program.versionLine());
        out.println("Quaestor " + program.environment().version() + ", Java " + Runtime.version());
        return ExitCode.OK;
    }
}
