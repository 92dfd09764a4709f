package io.quaestor.runtime.lifecycle;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The name of this host, by which its votes on the health of nodes are known (RT 7.2).
final class HostName {

    private static final Logger LOG = LoggerFactory.getLogger(HostName.class);

    private HostName() {}

    /// @return a random name where the host has none, so that two such proxies do not share a vote
    static String get() {
        try {
            var kernel = Path.of("/proc/sys/kernel/hostname"); // asks no name server
            var name = Files.isReadable(kernel)
                    ? Files.readString(kernel).trim()
                    : InetAddress.getLocalHost().getHostName();
            if (!name.isEmpty()) {
                return name;
            }
        } catch (IOException e) {
            LOG.warn("the name of this host is unknown, so a random one is used: {}", e.toString());
        }
        return UUID.randomUUID().toString();
    }
}
