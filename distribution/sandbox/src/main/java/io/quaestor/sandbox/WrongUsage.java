package io.quaestor.sandbox;

import java.util.stream.Collectors;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/// What is said to somebody who types what there is not.
///
/// @param others for everything else that is wrong
record WrongUsage(IParameterExceptionHandler others) implements IParameterExceptionHandler {

    @Override
    public int handleParseException(ParameterException wrong, String[] arguments) throws Exception {
        if (!(wrong instanceof UnmatchedArgumentException unmatched)
                || unmatched.getUnmatched().getFirst().startsWith("-")) {
            return others.handleParseException(wrong, arguments);
        }
        var commands = wrong.getCommandLine().getSubcommands().keySet().stream()
                .filter(name -> !name.equals("node"))
                .sorted()
                .collect(Collectors.joining(", "));
        var line = wrong.getCommandLine();
        var first = unmatched.getUnmatched().getFirst();
        line.getErr().println(commands.isEmpty()
                ? line.getCommandName() + " takes no \"" + first + "\""
                : "there is no command \"" + first + "\"; there are " + commands);
        return line.getCommandSpec().exitCodeOnInvalidInput();
    }
}
