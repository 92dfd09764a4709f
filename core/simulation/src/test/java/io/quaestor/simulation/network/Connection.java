package io.quaestor.simulation.network;

import io.quaestor.simulation.engine.Chance;
import io.quaestor.simulation.engine.Owner;
import io.quaestor.simulation.engine.Scheduler;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// One connection of a proxy to a node, with calls in one direction and votes in the other. Each end notices by itself
/// that it is lost; until then it believes in it.
public final class Connection {

    private final End atProxy;
    private final End atNode;

    Connection(Scheduler scheduler, Chance chance, Owner proxy, Owner node, Link link) {
        atProxy = new End(proxy, new Way(scheduler, chance, node, link::isCutToNode));
        atNode = new End(node, new Way(scheduler, chance, proxy, link::isCutToProxy));
    }

    private static final class End {
        final Owner owner;
        final Way out;
        final Set<Peer> peers = new LinkedHashSet<>();
        boolean open = true;

        End(Owner owner, Way out) {
            this.owner = owner;
            this.out = out;
        }

        /// Whoever is paused in the middle of its work sends the rest when it goes on.
        void send(Runnable message) {
            if (owner.isPaused()) {
                owner.defer(() -> send(message));
            } else if (open && !owner.isDead()) {
                out.send(message);
            }
        }

        void lose() {
            if (!open) {
                return;
            }
            open = false;
            out.close();
            var all = List.copyOf(peers);
            peers.clear();
            if (!owner.isDead()) {
                all.forEach(Peer::connectionLost);
            }
        }
    }

    /// From the proxy. Runs at the node, if it arrives.
    public void toNode(Runnable message) {
        atProxy.send(() -> {
            if (atNode.open) {
                message.run();
            }
        });
    }

    /// From the node. Runs at the proxy, if it arrives.
    public void toProxy(Runnable message) {
        atNode.send(() -> {
            if (atProxy.open) {
                message.run();
            }
        });
    }

    /// Something at the proxy ends with the connection, unless it is over before.
    public void joinAtProxy(Peer peer) {
        atProxy.peers.add(peer);
    }

    public void leaveAtProxy(Peer peer) {
        atProxy.peers.remove(peer);
    }

    /// Something at the node ends with the connection, unless it is over before.
    public void joinAtNode(Peer peer) {
        atNode.peers.add(peer);
    }

    public void leaveAtNode(Peer peer) {
        atNode.peers.remove(peer);
    }

    public boolean isOpenAtProxy() {
        return atProxy.open;
    }

    boolean isOpenAtNode() {
        return atNode.open;
    }

    void loseAtProxy() {
        atProxy.lose();
    }

    void loseAtNode() {
        atNode.lose();
    }

    /// The sender of one end is gone; what it has sent is under way.
    void endOfProxy() {
        atProxy.open = false;
        atProxy.out.end();
    }

    void endOfNode() {
        atNode.open = false;
        atNode.out.end();
    }

    void proceed() {
        atProxy.out.proceed();
        atNode.out.proceed();
    }
}
