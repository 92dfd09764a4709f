/// The Git smart-HTTP gateway: what `git clone` and `git push` talk to.
@NullMarked
package io.quaestor.sandbox.gateway;

import org.jspecify.annotations.NullMarked;
