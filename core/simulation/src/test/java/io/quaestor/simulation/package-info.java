/// Does it hold when everything fails? Real parts of the proxy, twins of all that is outside, one thread, one seed.
package io.quaestor.simulation;
