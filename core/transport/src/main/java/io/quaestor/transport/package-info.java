/// How are the bytes carried? What both sides of the proxy share: event loops, and messages that nobody parses.
@NullMarked
package io.quaestor.transport;

import org.jspecify.annotations.NullMarked;
