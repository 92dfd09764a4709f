package io.quaestor.runtime.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quaestor.runtime.config.ConfigurationException;
import io.quaestor.runtime.go.GoText;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/// Makes a command line behave as Praefect's does: one dash or two, flags before arguments, the last value wins, and the
/// same words and exit codes for what is wrong (OPS 2.1, 2.2).
final class GoStyle {

    private static final List<String> TRUE = List.of("1", "t", "T", "true", "TRUE", "True");
    private static final List<String> FALSE = List.of("0", "f", "F", "false", "FALSE", "False");

    private final Environment environment;

    private GoStyle(Environment environment) {
        this.environment = environment;
    }

    static void apply(CommandLine commandLine, Environment environment) {
        var style = new GoStyle(environment);
        commandLine
                .setPosixClusteredShortOptionsAllowed(false)
                .setStopAtPositional(true)
                .setOverwrittenOptionsAllowed(true)
                .setUsageHelpAutoWidth(false)
                .setOut(new PrintWriter(environment.out(), true, UTF_8))
                .setErr(new PrintWriter(environment.err(), true, UTF_8))
                .registerConverter(Boolean.class, GoStyle::truth)
                .registerConverter(boolean.class, GoStyle::truth)
                .setParameterExceptionHandler(style::wrongUse)
                .setExecutionExceptionHandler(style::failed);
    }

    private static Boolean truth(String text) {
        if (!TRUE.contains(text) && !FALSE.contains(text)) {
            throw new CommandLine.TypeConversionException("not a boolean");
        }
        return TRUE.contains(text);
    }

    private int wrongUse(ParameterException wrong, String[] arguments) {
        CommandLine command = wrong.getCommandLine();
        if (wrong instanceof UnmatchedArgumentException unmatched) {
            String first = unmatched.getUnmatched().getFirst();
            return first.startsWith("-") && !first.equals("-")
                    ? incorrectUsage(command, "flag provided but not defined: " + flag(first))
                    : positional(command, first);
        }
        if (wrong instanceof MissingParameterException missing) {
            return incorrectUsage(command, "flag needs an argument: " + name(missing.getMissing().getFirst()));
        }
        return incorrectUsage(
                command,
                "invalid value " + GoText.quote(String.valueOf(wrong.getValue())) + " for flag "
                        + name(wrong.getArgSpec()) + ": parse error");
    }

    private static String name(ArgSpec argument) {
        return argument instanceof OptionSpec option ? option.names()[0] : argument.paramLabel();
    }

    private int incorrectUsage(CommandLine command, String message) {
        environment.out().println("Incorrect Usage: " + message);
        environment.out().println();
        command.usage(environment.out());
        environment.err().println(message);
        return ExitCode.ERROR;
    }

    private int positional(CommandLine command, String argument) {
        if (command.getCommandName().equals(ConfigurationCommand.NAME)) {
            environment.err().println("No help topic for '" + argument + "'");
            return ExitCode.UNKNOWN_TOPIC;
        }
        if (command.getCommandName().equals(ConfigurationCommand.VALIDATE)) {
            command.usage(environment.out());
            environment.err().println("invalid argument(s)");
            return ExitCode.ERROR;
        }
        if (command.getParent() == null && !environment.isPraefect()) {
            environment.err().println("there is no command " + GoText.quote(argument) + "; see " + environment.program()
                    + " --help");
            return ExitCode.ERROR;
        }
        boolean isServe = command.getParent() == null || command.getCommandName().equals("serve");
        if (!isServe) {
            command.usage(environment.out());
        }
        environment.err().println(command.getCommandName() + " doesn't accept positional arguments");
        return ExitCode.ERROR;
    }

    private int failed(Exception failure, CommandLine command, ParseResult result) throws Exception {
        if (failure instanceof CommandException expected) {
            if (expected.withHelp()) {
                command.usage(environment.out());
            }
            environment.err().println(expected.getMessage());
            return expected.exitCode();
        }
        if (failure instanceof ConfigurationException) {
            environment.err().println(failure.getMessage());
            return ExitCode.ERROR;
        }
        throw failure;
    }

    /// Go names a flag with one dash and without its value.
    private static String flag(String argument) {
        String name = argument.startsWith("--") ? argument.substring(1) : argument;
        int equals = name.indexOf('=');
        return equals < 0 ? name : name.substring(0, equals);
    }
}
