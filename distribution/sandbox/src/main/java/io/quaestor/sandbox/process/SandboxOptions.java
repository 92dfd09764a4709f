package io.quaestor.sandbox.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a sandbox is started with.
///
/// @param data        where everything is kept
/// @param gatewayPort 0 for the one of last time, or any free one
/// @param nodes       0 for as many as last time, or three
/// @param proxy       program of the proxy; gets `-config FILE serve` as arguments
/// @param gitaly      program that runs as storage nodes; empty for the one of last time, or the sandbox's own nodes
/// @param nodeOptions for the sandbox's own nodes, each `OPTION` or `NODE:OPTION`; not kept
/// @param java        how to start a Java program of this class path, up to and without the main class
/// @param trial       [Trial#NONE] for a person
public record SandboxOptions(
        Path data,
        int gatewayPort,
        int nodes,
        Path proxy,
        Optional<Path> gitaly,
        List<String> nodeOptions,
        List<String> java,
        Trial trial) {

    /// How to start nodes: small, since there are several.
    private static final List<String> NODE_OPTIONS = List.of(
            "--sun-misc-unsafe-memory-access=allow",
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx256m");

    public SandboxOptions {
        nodeOptions = List.copyOf(nodeOptions);
        java = List.copyOf(java);
    }

    /// For a person.
    public SandboxOptions(
            Path data,
            int gatewayPort,
            int nodes,
            Path proxy,
            Optional<Path> gitaly,
            List<String> nodeOptions,
            List<String> java) {
        this(data, gatewayPort, nodes, proxy, gitaly, nodeOptions, java, Trial.NONE);
    }

    /// How to start a small Java program of the class path of this process.
    public static List<String> ownJava() {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(NODE_OPTIONS);
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        return command;
    }
}
