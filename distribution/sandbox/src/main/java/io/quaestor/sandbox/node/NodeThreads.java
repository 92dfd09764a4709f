package io.quaestor.sandbox.node;

import java.util.concurrent.ThreadFactory;

/// @param virtual  makes virtual threads, for everything but
/// @param platform makes platform threads, for the one that reads a named pipe: the JDK adds no carrier for that
public record NodeThreads(ThreadFactory virtual, ThreadFactory platform) {

    /// @param name begins the threads' names
    public static NodeThreads named(String name) {
        return new NodeThreads(
                Thread.ofVirtual().name(name, 0).factory(),
                Thread.ofPlatform().daemon().name(name + "pipe-", 0).factory());
    }
}
