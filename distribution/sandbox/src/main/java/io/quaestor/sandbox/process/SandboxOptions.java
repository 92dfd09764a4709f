package io.quaestor.sandbox.process;

import java.nio.file.Path;
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
public record SandboxOptions(
        Path data,
        int gatewayPort,
        int nodes,
        Path proxy,
        Optional<Path> gitaly,
        List<String> nodeOptions,
        List<String> java) {

    public SandboxOptions {
        nodeOptions = List.copyOf(nodeOptions);
        java = List.copyOf(java);
    }
}
