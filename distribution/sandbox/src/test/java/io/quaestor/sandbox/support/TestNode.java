package io.quaestor.sandbox.support;

import io.quaestor.messages.Repository;
import io.quaestor.sandbox.node.NodeConfig;
import io.quaestor.sandbox.node.NodeServer;
import io.quaestor.sandbox.node.NodeThreads;
import io.quaestor.sandbox.node.VoteRules;
import io.quaestor.sandbox.rpc.BearerToken;
import io.quaestor.sandbox.rpc.Peer;
import io.quaestor.sandbox.rpc.Wire;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.ThreadFactory;

/// A node in the test's process, and a connection to it.
public final class TestNode implements AutoCloseable {

    public static final String TOKEN = "secret of the node";

    public static final ThreadFactory THREADS = Thread.ofVirtual().name("test-", 0).factory();

    private final String storage;
    private final Path directory;
    private final Wire wire;
    private final NodeServer server;
    private final Peer peer;

    private TestNode(String storage, Path directory, Wire wire, NodeServer server, Peer peer) {
        this.storage = storage;
        this.directory = directory;
        this.wire = wire;
        this.server = server;
        this.peer = peer;
    }

    public static TestNode start(String storage, Path directory) throws IOException {
        return start(storage, directory, 0);
    }

    public static TestNode start(String storage, Path directory, int port) throws IOException {
        return start(storage, directory, port, VoteRules.standard(), NodeThreads.named("test-"));
    }

    public static TestNode start(
            String storage, Path directory, int port, VoteRules votes, NodeThreads threads) throws IOException {
        var wire = Wire.create(InstantSource.system(), THREADS);
        var server = NodeServer.start(
                new NodeConfig(storage, directory, port, new BearerToken(TOKEN), votes),
                wire,
                threads,
                InstantSource.system());
        return new TestNode(
                storage, directory, wire, server, wire.dial("tcp://127.0.0.1:" + server.port(), new BearerToken(TOKEN)));
    }

    public Repository repository(String relativePath) {
        return Repository.newBuilder()
                .setStorageName(storage)
                .setRelativePath(relativePath)
                .build();
    }

    public String address() {
        return "tcp://127.0.0.1:" + server.port();
    }

    public int port() {
        return server.port();
    }

    public Path directory() {
        return directory;
    }

    public Peer peer() {
        return peer;
    }

    @Override
    public void close() {
        peer.close();
        server.close();
        wire.close();
    }
}
