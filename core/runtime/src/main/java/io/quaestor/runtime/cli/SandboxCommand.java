package io.quaestor.runtime.cli;

import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// Starts the sandbox, a program of its own that is found only when it is asked for. All that follows is for it.
@Command(description = "Try things out: storage nodes, a proxy and a Git gateway on this machine.")
final class SandboxCommand implements Callable<Integer> {

    static final String NAME = "sandbox";

    private static final String PROGRAM = "io.quaestor.sandbox.Main";

    @Parameters(arity = "0..*", paramLabel = "ARGUMENT", description = "See: sandbox --help")
    private List<String> arguments = new ArrayList<>();

    @Override
    public Integer call() throws Exception {
        try {
            Class.forName(PROGRAM)
                    .getMethod("main", String[].class)
                    .invoke(null, (Object) arguments.toArray(String[]::new));
            return ExitCode.OK;
        } catch (ClassNotFoundException _) {
            throw new CommandException(
                    "the sandbox is not part of this installation: there is no quaestor-sandbox in lib/");
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause() instanceof Exception failure ? failure : thrown;
        }
    }
}
