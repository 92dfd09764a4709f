/// How do lagging replicas catch up? Takes jobs from the queue that all proxies share, and adds those that are missing.
@NullMarked
package io.quaestor.repair;

import org.jspecify.annotations.NullMarked;
