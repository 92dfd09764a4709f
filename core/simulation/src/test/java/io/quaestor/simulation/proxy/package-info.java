/// One proxy: real parts between twins of the transport and the datastore.
package io.quaestor.simulation.proxy;
