package io.quaestor.coordinator;

import io.quaestor.catalogue.RpcCatalogue;
import io.quaestor.routing.ClusterView;
import io.quaestor.spi.datastore.Datastore;
import io.quaestor.spi.election.ElectionStrategy;
import io.quaestor.spi.model.VirtualStorage;
import io.quaestor.spi.plugin.Clock;
import io.quaestor.spi.plugin.Meters;
import io.quaestor.spi.reading.ReadDistribution;
import io.quaestor.spi.replication.NodeCalls;
import java.util.concurrent.ThreadFactory;
import java.util.function.Function;
import java.util.function.Supplier;

/// What a coordinator is made of.
///
/// @param catalogue which RPCs there are
/// @param datastore the present one; asked for each use
/// @param nodes     calls to nodes that the proxy makes by itself
/// @param view      what is configured, and which nodes are reached; asked for each decision, never blocks
/// @param reading   the reading strategy of a virtual storage, never blocks
/// @param election  the election strategy of a virtual storage, never blocks
/// @param bell      hears of repairs
/// @param lease     without which no write is permitted
/// @param transactions how writes behave
/// @param meters    counts
/// @param clock     the time
/// @param threads   makes virtual threads
/// @param seed      for decisions by chance
/// @param cacheSize how many placements are kept in memory
public record CoordinatorParts(
        RpcCatalogue catalogue,
        Supplier<Datastore> datastore,
        NodeCalls nodes,
        Supplier<ClusterView> view,
        Function<VirtualStorage, ReadDistribution> reading,
        Function<VirtualStorage, ElectionStrategy> election,
        RepairBell bell,
        ProxyLease lease,
        TransactionSettings transactions,
        Meters meters,
        Clock clock,
        ThreadFactory threads,
        long seed,
        long cacheSize) {}
