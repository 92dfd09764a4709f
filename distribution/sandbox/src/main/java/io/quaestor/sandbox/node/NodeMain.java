package io.quaestor.sandbox.node;

import io.quaestor.sandbox.rpc.BearerToken;
import io.quaestor.sandbox.rpc.Logs;
import io.quaestor.sandbox.rpc.Wire;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
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

    @Spec
    private CommandSpec spec = CommandSpec.create();

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new NodeMain()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Logs.toStandardError();
        var threads = Thread.ofVirtual().name("node-", 0).factory();
        var token = new BearerToken(Files.readString(tokenFile).strip());
        var wire = Wire.create(InstantSource.system(), threads);
        var server = NodeServer.start(
                new NodeConfig(name, directory, port, token), wire, threads, InstantSource.system());
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
