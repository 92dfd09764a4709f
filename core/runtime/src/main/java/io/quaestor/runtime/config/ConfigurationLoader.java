package io.quaestor.runtime.config;

import java.nio.file.Path;
import java.util.List;

/// Reads a configuration: the file, what its `config_command` says, defaults, checks (OPS 1.1).
public final class ConfigurationLoader {

    private final Defaults defaults;
    private final Path home;
    private final Path data;

    /// @param defaults what is used where the file names no strategy
    /// @param home     the installation's own directory, where relative paths of `[plugins]` start
    /// @param data     what `[plugins] data_directory` is if the file does not say
    public ConfigurationLoader(Defaults defaults, Path home, Path data) {
        this.defaults = defaults;
        this.home = home;
        this.data = data;
    }

    /// Reads a file. May run a program and wait for it.
    ///
    /// @throws ConfigurationException with everything that is wrong, in the order of the file
    public Configuration load(Path file) throws ConfigurationException, InterruptedException {
        return interpret(file, TomlSource.read(file));
    }

    /// Reads a text as if it stood in a file.
    ///
    /// @throws ConfigurationException with everything that is wrong, in the order of the file
    public Configuration parse(Path file, String text) throws ConfigurationException, InterruptedException {
        return interpret(file, TomlSource.parse(file.toString(), text));
    }

    private Configuration interpret(Path file, Value.Table table) throws ConfigurationException, InterruptedException {
        var problems = new Problems();
        Value.Table complete = withCommand(table, problems);
        var root = new Section(complete, List.of(), problems);
        Configuration result = new ConfigurationReader(root, defaults, home, data).read(file);
        problems.throwIfAny();
        return result;
    }

    private static Value.Table withCommand(Value.Table table, Problems problems)
            throws ConfigurationException, InterruptedException {
        var section = new Section(table, List.of(), new Problems()); // a wrong type is told of when the rest is read
        String command = section.text("config_command", "");
        if (command.isEmpty()) {
            return table;
        }
        try {
            return ConfigCommand.apply(command, table);
        } catch (ConfigCommand.CommandException failure) {
            problems.reading(
                    section.at("config_command"), List.of("config_command"), String.valueOf(failure.getMessage()));
            throw new ConfigurationException(problems.errors());
        }
    }
}
