package io.quaestor.simulation.network;

import io.quaestor.simulation.engine.Chance;
import io.quaestor.simulation.engine.Owner;
import io.quaestor.simulation.engine.Scheduler;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The way between one proxy and one node. It may be cut in one direction or both, for less time than the ends notice, or
/// longer.
public final class Link {

    /// Names what the network itself does.
    private static final Owner NETWORK = new Owner("network");

    private final Scheduler scheduler;
    private final Chance chance;
    private final Owner proxy;
    private Owner node;
    private @Nullable Connection connection;
    private boolean cutToNode;
    private boolean cutToProxy;
    private int cuts;

    public Link(Scheduler scheduler, Chance chance, Owner proxy, Owner node) {
        this.scheduler = scheduler;
        this.chance = chance;
        this.proxy = proxy;
        this.node = node;
    }

    /// The connection, made if it can be.
    ///
    /// @return `null` if the node cannot be reached
    public @Nullable Connection connection() {
        var present = connection;
        if (present != null && present.isOpenAtProxy()) {
            return present;
        }
        if (node.isDead() || isCut()) {
            return null;
        }
        var made = new Connection(scheduler, chance, proxy, node, this);
        connection = made;
        return made;
    }

    public boolean isCut() {
        return cutToNode || cutToProxy;
    }

    boolean isCutToNode() {
        return cutToNode;
    }

    boolean isCutToProxy() {
        return cutToProxy;
    }

    /// Whether a question would come back with an answer now.
    public boolean carries() {
        return node.isRunning() && !isCut();
    }

    /// Nothing gets through in these directions until [#heal]. The proxy, which asks for signs of life, notices after some
    /// seconds; the node after half a minute.
    public void cut(boolean toNode, boolean toProxy) {
        cutToNode |= toNode;
        cutToProxy |= toProxy;
        int cut = ++cuts;
        scheduler.after(chance.millis(500, 6000), NETWORK, () -> {
            if (cut == cuts && isCut()) {
                lose(connection);
            }
        });
        scheduler.after(chance.seconds(10, 30), NETWORK, () -> {
            if (cut == cuts && isCut() && connection != null) {
                loseAtNode(connection);
            }
        });
    }

    public void heal() {
        cuts++;
        cutToNode = false;
        cutToProxy = false;
        if (connection != null) {
            connection.proceed();
            if (!connection.isOpenAtProxy()) {
                loseAtNode(connection);
            }
        }
    }

    /// The connection breaks, and both ends hear of it.
    public void reset() {
        lose(connection);
    }

    private void lose(@Nullable Connection lost) {
        if (lost == null || !lost.isOpenAtProxy()) {
            return;
        }
        proxyHears(lost);
        if (!cutToNode) {
            scheduler.after(chance.millis(0, 50), node, lost::loseAtNode);
        }
    }

    private void proxyHears(Connection lost) {
        scheduler.after(Duration.ZERO, proxy, lost::loseAtProxy);
    }

    private void loseAtNode(Connection lost) {
        scheduler.after(chance.millis(0, 50), node, lost::loseAtNode);
    }

    /// The node's process has died. The proxy hears at once, or when there is no sign of life.
    public void nodeDied() {
        var lost = connection;
        if (lost != null) {
            lost.endOfNode();
            scheduler.after(chance.percent(50) ? chance.millis(20, 100) : chance.millis(500, 6000), proxy, lost::loseAtProxy);
        }
    }

    /// The node has a new process.
    public void nodeStarted(Owner process) {
        node = process;
    }

    /// The proxy has died. The node hears soon: its kernel was there to the end.
    public void proxyDied() {
        var lost = connection;
        if (lost != null) {
            lost.endOfProxy();
            scheduler.after(chance.millis(20, 1000), node, lost::loseAtNode);
        }
    }
}
