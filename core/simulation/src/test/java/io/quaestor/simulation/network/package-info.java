/// What lies between proxies and nodes.
package io.quaestor.simulation.network;
