package io.quaestor.simulation.proxy;

/// Hears how far a proxy is, and may end or pause it there.
@FunctionalInterface
public interface Points {

    void pass(Point point);
}
