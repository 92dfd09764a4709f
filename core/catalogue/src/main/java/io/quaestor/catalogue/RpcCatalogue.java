package io.quaestor.catalogue;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// All RPCs that can be routed or are answered by the proxy itself. Immutable.
///
/// A method that is not in here is not known: nobody guesses what it does (TR 6.5).
public final class RpcCatalogue {

    private final List<Rpc> rpcs;
    private final Map<String, Optional<Rpc>> byName;

    private RpcCatalogue(List<Rpc> rpcs, Map<String, Optional<Rpc>> byName) {
        this.rpcs = rpcs;
        this.byName = byName;
    }

    /// The RPCs of Gitaly 16.8 and 19.1, as they are listed in the resource `rpcs.csv`.
    public static RpcCatalogue builtin() {
        return Builtin.CATALOGUE;
    }

    /// A catalogue of these RPCs.
    ///
    /// @throws IllegalArgumentException if two have the same name
    public static RpcCatalogue of(Collection<Rpc> rpcs) {
        var byName = new HashMap<String, Optional<Rpc>>();
        for (var rpc : rpcs) {
            var found = Optional.of(rpc);
            var name = rpc.fullMethodName();
            if (byName.put(name, found) != null) {
                throw new IllegalArgumentException(name + " is listed twice");
            }
            byName.put("/".concat(name), found);
        }
        return new RpcCatalogue(List.copyOf(rpcs), byName);
    }

    /// Finds an RPC by its name. Does not allocate.
    ///
    /// @param fullMethodName as grpc-java says it, `gitaly.CommitService/FindCommit`, or as it is on the wire, with `/`
    ///                       before it
    public Optional<Rpc> find(String fullMethodName) {
        return byName.getOrDefault(fullMethodName, Optional.empty());
    }

    /// All RPCs, in no meaningful order.
    public List<Rpc> rpcs() {
        return rpcs;
    }

    /// Loaded when it is first asked for.
    private static final class Builtin {

        private static final RpcCatalogue CATALOGUE = of(CatalogueFile.builtin());
    }
}
