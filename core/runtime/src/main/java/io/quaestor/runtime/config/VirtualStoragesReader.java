package io.quaestor.runtime.config;

import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Interprets `[[virtual_storage]]` and its nodes (OPS 1.6).
final class VirtualStoragesReader {

    private final Section root;
    private final StrategiesReader strategies;
    private final Map<String, Position> addresses = new HashMap<>();

    VirtualStoragesReader(Section root, StrategiesReader strategies) {
        this.root = root;
        this.strategies = strategies;
    }

    List<VirtualStorageConfiguration> read() {
        List<Section> sections = root.sections("virtual_storage");
        if (sections.isEmpty() && !(root.has("virtual_storage") && root.problems().any())) {
            root.wrong("virtual_storage", "not set", "no virtual storages configured");
        }
        var result = new ArrayList<VirtualStorageConfiguration>();
        Set<String> names = new HashSet<>();
        for (Section section : sections) {
            String name = section.text("name", "");
            if (name.isBlank()) {
                section.wrong("name", "blank or empty", "virtual storages must have a name");
            } else if (!names.add(name)) {
                wrong(section, "name", name, "virtual storages must have unique names");
            }
            var nodes = nodes(section, name);
            if (!name.isBlank()) {
                result.add(new VirtualStorageConfiguration(
                        new VirtualStorage(name),
                        factor(section, name, nodes.size()),
                        section.truth("serialize_writes", false),
                        nodes,
                        strategies.of(section)));
            }
            section.warnOfUnknownKeys();
        }
        return result;
    }

    private static int factor(Section section, String name, int nodes) {
        int factor = (int) section.whole("default_replication_factor", 0, Integer.MIN_VALUE, Integer.MAX_VALUE);
        if (factor > nodes) {
            String message = "has a default replication factor (" + factor
                    + ") which is higher than the number of storages (" + nodes + ")";
            section.wrong("default_replication_factor", message, "virtual storage \"" + name + "\" " + message);
        }
        return Math.max(factor, 0);
    }

    private List<NodeConfiguration> nodes(Section virtualStorage, String name) {
        List<Section> sections = virtualStorage.sections("node");
        if (sections.isEmpty()) {
            virtualStorage.wrong(
                    "node", "not set", "virtual storage \"" + name + "\": no primary gitaly backends configured");
        }
        var result = new ArrayList<NodeConfiguration>();
        Set<String> storages = new HashSet<>();
        for (Section section : sections) {
            String storage = section.text("storage", "");
            String address = section.text("address", "");
            if (storage.isBlank()) {
                blank(section, "storage", name, "all gitaly nodes must have a storage");
            } else if (!storages.add(storage)) {
                wrong(section, "storage", name, "internal gitaly storages are not unique");
            }
            if (address.isBlank()) {
                blank(section, "address", name, "all gitaly nodes must have an address");
            } else {
                judge(section, address);
            }
            if (!storage.isBlank()) {
                result.add(new NodeConfiguration(new StorageName(storage), address, section.secret("token")));
            }
            section.warnOfUnknownKeys();
        }
        return result;
    }

    /// Praefect finds out about these when it dials (OPS 1.6); the operator should know earlier.
    private void judge(Section node, String address) {
        if (!address.matches("(tcp|tls|unix|dns|dns\\+tls):.+")) {
            node.warn("address", "has no scheme; calls need tcp://, tls://, unix:, dns: or dns+tls:");
        }
        Position before = addresses.putIfAbsent(address, node.at("address"));
        if (before != null) {
            node.warn("address", "is the same as in line " + before.line()
                    + ": your configuration may not offer actual redundancy");
        }
    }

    private static void blank(Section section, String key, String virtualStorage, String text) {
        section.wrong(key, "blank or empty", "virtual storage \"" + virtualStorage + "\": " + text);
    }

    private static void wrong(Section section, String key, String virtualStorage, String text) {
        section.wrong(key, text, "virtual storage \"" + virtualStorage + "\": " + text);
    }
}
