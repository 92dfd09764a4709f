package io.quaestor.repair;

import io.quaestor.spi.datastore.Datastore;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.VirtualStorage;
import io.quaestor.spi.plugin.Clock;
import io.quaestor.spi.plugin.Meters;
import io.quaestor.spi.replication.NodeCalls;
import io.quaestor.spi.replication.ReplicationTransport;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import java.util.function.Function;
import java.util.function.Supplier;

/// What the repairers are made of.
///
/// @param datastore the present one; asked for each use
/// @param transport how replicas of a virtual storage are copied; asked for each job
/// @param nodes     calls to nodes, for the transport
/// @param check     asks a node whether it has a replica
/// @param reached   the nodes that this proxy reaches; asked for each decision, never blocks
/// @param meters    where to count
/// @param clock     the time
/// @param threads   makes virtual threads
/// @param seed      for decisions by chance
public record RepairParts(
        Supplier<Datastore> datastore,
        Function<VirtualStorage, ReplicationTransport> transport,
        NodeCalls nodes,
        ReplicaCheck check,
        Supplier<Set<NodeId>> reached,
        Meters meters,
        Clock clock,
        ThreadFactory threads,
        long seed) {}
