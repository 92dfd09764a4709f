package io.quaestor.sandbox.node;

import io.quaestor.sandbox.rpc.BearerToken;
import io.quaestor.sandbox.rpc.Logs;
import io.quaestor.sandbox.rpc.Wire;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Runs one storage node until it gets a signal.
@Command(
        name = "node",
        description = "Runs one storage node until it gets a signal. Prints \"listening: ADDRESS\" when it is ready.",
        mixinStandardHelpOptions = true)
public final class NodeMain implements Callable<Integer> {

    @Option(names = "--name", required = true, description = "Name of the storage.")
    private String name = "";

    @Option(names = "--directory", required = true, description = "Where the repositories lie.")
    private Path directory = Path.of("");

    @Option(names = "--port", defaultValue = "0", description = "Loopback port; 0 for any free one.")
    private int port;

    @Option(names = "--token-file", required = true, description = "File that holds the token of callers.")
    private Path tokenFile = Path.of("");

    @Option(
            names = "--vote-limit",
            defaultValue = "5m",
            converter = DurationText.class,
            description = "Longest time for one vote (default: ${DEFAULT-VALUE}).")
    private Duration voteLimit = Duration.ZERO;

    @Option(
            names = "--delay-votes",
            defaultValue = "0s",
            converter = DurationText.class,
            description = "For tests of faults: casts every vote so much later.")
    private Duration delay = Duration.ZERO;

    @Option(
            names = "--reject-pushes",
            description = "For tests of faults: refuses every push of which this node is the primary.")
    private boolean rejectPushes;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new NodeMain()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Logs.toStandardError();
        var threads = NodeThreads.named("node-");
        var rules = new VoteRules(voteLimit, delay, rejectPushes);
        var token = new BearerToken(Files.readString(tokenFile).strip());
        var wire = Wire.create(InstantSource.system(), threads.virtual());
        var server = NodeServer.start(
                new NodeConfig(name, directory, port, token, rules), wire, threads, InstantSource.system());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            server.close();
            wire.close();
        }));
        PrintWriter out = spec.commandLine().getOut();
        out.println("listening: tcp://127.0.0.1:" + server.port());
        out.flush();
        new CountDownLatch(1).await(); // the shutdown hook ends it
        return 0;
    }
}
