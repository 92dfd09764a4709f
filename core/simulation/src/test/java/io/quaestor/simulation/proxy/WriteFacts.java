package io.quaestor.simulation.proxy;

import io.quaestor.coordinator.DestinationEnd;
import io.quaestor.spi.model.StorageName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What was seen of each write: who was asked, what each node has confirmed, how each call ended. By the id that logs and
/// records have.
public final class WriteFacts {

    private final Map<String, Fact> facts = new HashMap<>();
    private final Map<Long, String> ids = new HashMap<>();
    private Optional<Long> latest = Optional.empty();

    /// One write.
    public static final class Fact {
        private final Map<StorageName, DestinationEnd> ends = new LinkedHashMap<>();
        private final Map<StorageName, List<String>> confirmed = new HashMap<>();
        private final StorageName primary;

        Fact(StorageName primary) {
            this.primary = primary;
        }

        /// Who was asked first.
        public StorageName primary() {
            return primary;
        }

        /// How the call ended at a node; empty if it was not asked, or has not ended.
        public Optional<DestinationEnd> end(StorageName node) {
            return Optional.ofNullable(ends.get(node));
        }

        /// Whether a node said OK in the end, and what it has confirmed.
        public boolean hasDone(StorageName node, List<String> changes) {
            return end(node).filter(DestinationEnd::isOk).isPresent() && confirmed(node).equals(changes);
        }

        /// The changes that a node has confirmed, in their order.
        public List<String> confirmed(StorageName node) {
            return confirmed.getOrDefault(node, List.of());
        }

        /// Whether the connection to the primary was lost.
        public boolean primaryLost() {
            return end(primary).filter(e -> e.reached() && !e.answered()).isPresent();
        }

        /// Who has done something, though the primary was lost.
        public Optional<StorageName> successor() {
            return ends.keySet().stream()
                    .filter(n -> !n.equals(primary) && !confirmed(n).isEmpty())
                    .filter(n -> end(n).filter(DestinationEnd::isOk).isPresent())
                    .findFirst();
        }
    }

    void forwarded(String id, StorageName primary) {
        facts.put(id, new Fact(primary));
    }

    void voted(String id, long transaction) {
        ids.put(transaction, id);
        latest = Optional.of(transaction);
    }

    void ended(String id, DestinationEnd end) {
        var fact = facts.get(id);
        if (fact != null) {
            fact.ends.put(end.node().storage(), end);
        }
    }

    void confirmed(long transaction, StorageName node, byte[] hash) {
        var fact = facts.get(ids.getOrDefault(transaction, ""));
        if (fact != null) {
            fact.confirmed.computeIfAbsent(node, _ -> new ArrayList<>()).add(HexFormat.of().formatHex(hash));
        }
    }

    /// What was seen of a write; empty if it was sent nowhere.
    public Optional<Fact> of(String id) {
        return Optional.ofNullable(facts.get(id));
    }

    /// The same, by the number of its transaction.
    public Optional<Fact> of(long transaction) {
        return Optional.ofNullable(facts.get(ids.getOrDefault(transaction, "")));
    }

    /// The transaction that a node has heard of last; empty if there is none.
    public Optional<Long> latestTransaction() {
        return latest;
    }
}
