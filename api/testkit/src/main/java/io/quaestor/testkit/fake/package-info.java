/// Hand-written stand-ins for everything around a plug-in or a part of the core: time, datastore, nodes, meters. They
/// are complete, deterministic and have no threads of their own.
@NullMarked
@Version("1.0.0")
package io.quaestor.testkit.fake;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.versioning.Version;
