package io.quaestor.runtime.cli;

import io.quaestor.runtime.config.Configuration;
import io.quaestor.runtime.config.ConfigurationException;
import io.quaestor.runtime.config.ConfigurationLoader;
import io.quaestor.runtime.config.Defaults;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/// The command line as a whole. Without a command it serves, which is how every packager calls Praefect.
@Command(description = "Routes Git repositories to several Gitaly nodes.")
public final class Program implements Callable<Integer> {

    @Option(
            names = {"-config", "--config"},
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = "Read the configuration from this file.")
    private String config = "";

    @Option(
            names = {"-h", "-help", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help.")
    @SuppressWarnings("unused") // the library looks
    private boolean help;

    @Option(
            names = {"-v", "-version", "--version"},
            versionHelp = true,
            description = "Show the version.")
    @SuppressWarnings("unused") // the library looks
    private boolean version;

    private final Environment environment;
    private final Services services;

    private Program(Environment environment, Services services) {
        this.environment = environment;
        this.services = services;
    }

    /// Runs a command line to its end.
    ///
    /// @return the exit code
    public static int run(String[] arguments, Environment environment, Services services) {
        var program = new Program(environment, services);
        var file = fileOfServe(arguments);
        if (file != null) {
            program.config = file;
            return program.serve();
        }
        return program.parse(arguments);
    }

    /// The file of `serve -config FILE` and of `-config FILE`. So nearly every proxy is started, and the library that reads all
    /// other command lines takes a tenth of the time to start.
    ///
    /// @return `null` for everything else
    private static @Nullable String fileOfServe(String[] arguments) {
        int first = arguments.length == 3 && arguments[0].equals("serve") ? 1 : 0;
        boolean named = arguments.length == first + 2
                && (arguments[first].equals("-config") || arguments[first].equals("--config"))
                && !arguments[first + 1].isEmpty()
                && !arguments[first + 1].startsWith("-");
        return named ? arguments[first + 1] : null;
    }

    private int serve() {
        try {
            return call();
        } catch (CommandException expected) {
            environment.err().println(expected.getMessage());
            return expected.exitCode();
        } catch (ConfigurationException expected) {
            environment.err().println(expected.getMessage());
            return ExitCode.ERROR;
        } catch (Exception defect) { // as the library does
            defect.printStackTrace(environment.err());
            return ExitCode.ERROR;
        }
    }

    private int parse(String[] arguments) {
        var commandLine = new CommandLine(this)
                .setCommandName(environment.program())
                .addSubcommand("serve", new ServeCommand(this))
                .addSubcommand(ConfigurationCommand.NAME, ConfigurationCommand.commandLine(this))
                .addSubcommand("plugins", new PluginsCommand(this))
                .addSubcommand("metadata", new MetadataCommand(this))
                .addSubcommand(SqlPingCommand.NAME, new SqlPingCommand(this))
                .addSubcommand("sql-migrate", new SqlMigrateCommand(this))
                .addSubcommand("version", new VersionCommand(this))
                .addSubcommand(SandboxCommand.NAME, new SandboxCommand());
        commandLine.getCommandSpec().version(versionLine());
        GoStyle.apply(commandLine, environment);
        return commandLine.execute(forSandbox(arguments));
    }

    /// What follows `sandbox` is for that program, its flags too.
    private static String[] forSandbox(String[] arguments) {
        if (arguments.length == 0 || !arguments[0].equals(SandboxCommand.NAME)) {
            return arguments;
        }
        return Stream.concat(Stream.of(SandboxCommand.NAME, "--"), Arrays.stream(arguments).skip(1))
                .toArray(String[]::new);
    }

    /// No command: the old form of `serve`.
    @Override
    public Integer call() throws Exception {
        return new ServeCommand(this).call();
    }

    Environment environment() {
        return environment;
    }

    Services services() {
        return services;
    }

    /// Whether a configuration was named.
    boolean hasConfig() {
        return !config.isEmpty();
    }

    String versionLine() {
        return environment.title() + ", version " + environment.version();
    }

    /// Where the configuration of this command line comes from.
    ///
    /// @throws ConfigurationException if the defaults of the distribution cannot be read
    ConfigurationSource source() throws ConfigurationException {
        return new FileSource(loader(), Path.of(config));
    }

    /// Reads the configuration.
    ///
    /// @throws CommandException       if none was named
    /// @throws ConfigurationException with everything that is wrong with it
    Configuration configuration() throws CommandException, ConfigurationException, InterruptedException {
        if (!hasConfig()) {
            throw new CommandException("error reading config file: open : no such file or directory");
        }
        return source().load();
    }

    Loader loader() throws ConfigurationException {
        Defaults defaults = Defaults.load(environment.defaults());
        return new Loader(
                defaults, new ConfigurationLoader(defaults, environment.home(), environment.data()));
    }

    /// How configurations are read here.
    record Loader(Defaults defaults, ConfigurationLoader configurations) {}

    private record FileSource(Loader loader, Path file) implements ConfigurationSource {

        @Override
        public Defaults defaults() {
            return loader.defaults();
        }

        @Override
        public Configuration load() throws ConfigurationException, InterruptedException {
            return loader.configurations().load(file);
        }
    }
}
