package io.quaestor.sandbox;

import io.quaestor.sandbox.process.Trial;
import io.quaestor.sandbox.node.NodeMain;
import io.quaestor.sandbox.process.Program;
import io.quaestor.sandbox.process.Remote;
import io.quaestor.sandbox.process.SandboxException;
import io.quaestor.sandbox.process.SandboxOptions;
import io.quaestor.sandbox.process.Supervisor;
import io.quaestor.sandbox.rpc.Logs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/// The program `sandbox`.
@Command(
        name = "sandbox",
        description = {
            "Runs storage nodes, a proxy and a Git gateway on this machine, to try things out.",
            "Without a command it starts everything and stays until Ctrl-C."
        },
        mixinStandardHelpOptions = true,
        subcommands = NodeMain.class)
public final class Main implements Callable<Integer> {

    /// Each is a process of its own on this machine.
    private static final int MOST_NODES = 20;

    @Option(
            names = "--data",
            defaultValue = "sandbox-data",
            scope = ScopeType.INHERIT,
            description = "Where everything is kept (default: ${DEFAULT-VALUE}).")
    private Path data = Path.of("sandbox-data");

    @Option(names = "--port", description = "Port of the gateway; the one of last time, or any.")
    private Optional<Integer> port = Optional.empty();

    @Option(names = "--nodes", description = "Number of storage nodes at the first start (3).")
    private Optional<Integer> nodes = Optional.empty();

    @Option(
            names = "--quaestor",
            description = "The proxy: its program or the directory that has bin/quaestor. Else the system property "
                    + "quaestor.home or the variable QUAESTOR_HOME.")
    private Optional<Path> quaestor = Optional.empty();

    @Option(
            names = "--gitaly",
            paramLabel = "FILE",
            description = "A Gitaly program to run as storage nodes, instead of the sandbox's own; kept at later starts.")
    private Optional<Path> gitaly = Optional.empty();

    @Option(
            names = "--node-option",
            paramLabel = "[NODE:]OPTION",
            description = "An option of `sandbox node`, for one of the sandbox's own nodes or for all, for example "
                    + "--node-option=gitaly-2:--delay-votes=2s. Not kept.")
    private List<String> nodeOptions = List.of();

    @Option(
            names = "--proxy-tables",
            paramLabel = "FILE",
            description = "More tables for the configuration of the proxy, for example [transactions]. Not kept.")
    private Optional<Path> proxyTables = Optional.empty();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    public static void main(String[] arguments) {
        var line = new CommandLine(new Main()).setCommandName(Program.typed());
        line.setParameterExceptionHandler(new WrongUsage(line.getParameterExceptionHandler()));
        line.setExecutionExceptionHandler((failure, command, _) -> {
            if (!(failure instanceof SandboxException)) {
                throw failure;
            }
            command.getErr().println("sandbox: " + failure.getMessage());
            return 1;
        });
        System.exit(line.execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Logs.toStandardError();
        var out = spec.commandLine().getOut();
        var threads = Thread.ofVirtual().name("sandbox-", 0).factory();
        var trial = proxyTables.isPresent() ? Trial.of(Files.readString(proxyTables.get())) : Trial.NONE;
        var options = new SandboxOptions(
                data,
                within("--port", port, 0, 65_535),
                within("--nodes", nodes, 1, MOST_NODES),
                proxy(),
                gitaly,
                nodeOptions,
                SandboxOptions.ownJava(),
                trial);
        try {
            new Supervisor(
                            options,
                            line -> {
                                out.println(line);
                                out.flush();
                            },
                            threads)
                    .run();
            return 0;
        } catch (InterruptedException e) {
            return 130; // a signal came while it was starting
        }
    }

    @Command(name = "status", description = "Says what runs.")
    int status() throws IOException {
        return send("status", List.of());
    }

    @Command(name = "stop", description = "Stops a node or the proxy as an operator would; without a name everything.")
    int stop(@Parameters(paramLabel = "NODE", arity = "0..*") List<String> targets) throws IOException {
        return send("stop", targets);
    }

    @Command(name = "kill", description = "Ends a node or the proxy at once, as a power cut would.")
    int kill(@Parameters(paramLabel = "NODE", arity = "1..*") List<String> targets) throws IOException {
        return send("kill", targets);
    }

    @Command(name = "freeze", description = "Lets a node or the proxy hang.")
    int freeze(@Parameters(paramLabel = "NODE", arity = "1..*") List<String> targets) throws IOException {
        return send("freeze", targets);
    }

    @Command(name = "revive", description = "Brings a node or the proxy back.")
    int revive(@Parameters(paramLabel = "NODE", arity = "1..*") List<String> targets) throws IOException {
        return send("revive", targets);
    }

    /// @return 0 if nothing is given
    private int within(String option, Optional<Integer> given, int least, int most) {
        given.filter(value -> value < least || value > most).ifPresent(_ -> {
            throw new ParameterException(spec.commandLine(), option + " takes a number from " + least + " to " + most);
        });
        return given.orElse(0);
    }

    private int send(String command, List<String> targets) throws IOException {
        var out = spec.commandLine().getOut();
        Remote.send(data, command, Optional.ofNullable(targets).orElse(List.of())).forEach(out::println);
        out.flush();
        return 0;
    }

    private Path proxy() throws SandboxException {
        var given = quaestor.or(() -> Optional.ofNullable(System.getProperty("quaestor.home")).map(Path::of))
                .or(() -> Optional.ofNullable(System.getenv("QUAESTOR_HOME")).map(Path::of))
                .orElseThrow(() -> new SandboxException(
                        "where is the proxy? Say --quaestor DIRECTORY, or set QUAESTOR_HOME"));
        var program = Files.isDirectory(given) ? given.resolve("bin").resolve("quaestor") : given;
        if (!Files.isExecutable(program)) {
            throw new SandboxException("no program " + program);
        }
        return program.toAbsolutePath();
    }
}
